import type { Chain } from './chain.js';
import type { PublicKey } from './checkpoint/signing-key.js';
import type { EntryOf } from './entry.js';
import {
  type Fold,
  type OpenDelivery,
  type OpenIntent,
  type OutcomeRecord,
  type RecordedCommit,
  type SecretDigest,
  secretKey,
} from './fold.js';
import type { LeftStates } from './left-states.js';

/** What a ledger says of one endpoint, up to date with every append. */
export interface LedgerState {
  /** Empty while there is no ledger. */
  readonly ledgerId: string;
  /** The number of entries, those of other endpoints included. */
  readonly entries: number;
  /** The hash of the last entry; 64 zeros while there is none. */
  readonly head: string;
  /** True when a run has written to this endpoint before: what it created is in a listing by now, or recorded here. */
  readonly known: boolean;
  /** When the last create that is recorded here was done, in milliseconds since 1970; undefined when there is none. */
  readonly lastCreateAt: number | undefined;
  /** In the order of the ledger. */
  readonly openIntents: readonly OpenIntent[];
  /** Audit events to be delivered, in the order of the ledger. */
  readonly undelivered: readonly OpenDelivery[];
  /** Audit events that wait for a person to say whether they arrived. */
  readonly deliveryUnknown: readonly OpenDelivery[];
  /** Applied changes that no audit event speaks of: unfinished creates, or faults. */
  readonly unaudited: readonly OutcomeRecord[];
  /** The audit event that the outcome with this number holds; undefined when it was delivered, or has none. */
  delivery(outcome: number): OpenDelivery | undefined;
  /** The last outcome that confirmed a state, applied or failed. */
  lastOutcome(remoteId: string): OutcomeRecord | undefined;
  /** The states that writes of ours led away from a short time ago. */
  readonly left: Pick<LeftStates, 'of'>;
  /** The last outcome that did what was to be done, but for a description that CXone stored otherwise. */
  lastApplied(remoteId: string): OutcomeRecord | undefined;
  /** The timestamp of the last audit event of a target. */
  lastTimestamp(targetId: string): string | undefined;
  /** The last commit that manifests were applied from, by a run that ended or died; undefined before the first. */
  readonly lastCommit: RecordedCommit | undefined;
  /** The settings that the last apply went by, whatever its endpoint; undefined before the first. */
  readonly lastTrust: EntryOf<'trust'> | undefined;
  /** The key that signs its checkpoints, whatever endpoint its entry is about; undefined where nothing is signed. */
  readonly signingKey: PublicKey | undefined;
  /** The digest of a webhook header's value as it was last sent. */
  secretDigest(remoteId: string, header: string): SecretDigest | undefined;
  /** True when an earlier create of this identity got no answer and was then not found: what is there may be ours. */
  mayHaveCreated(id: string): boolean;
  /** True when its POST was applied and no audit event speaks of it yet. */
  unauditedCreate(remoteId: string): boolean;
}

/** A view of both, for those who plan, apply and deliver. */
export function ledgerState(chain: Chain, fold: Fold): LedgerState {
  return {
    get ledgerId() {
      return chain.genesis?.ledgerId ?? '';
    },
    get entries() {
      return chain.entries;
    },
    get head() {
      return chain.head;
    },
    get known() {
      return fold.intents > 0;
    },
    get lastCreateAt() {
      let last: number | undefined;
      for (const { intent, time } of fold.lastOutcomes.values()) {
        if (intent.action === 'create') last = Math.max(last ?? 0, Date.parse(time));
      }
      return last;
    },
    get openIntents() {
      return [...fold.openIntents.values()];
    },
    get undelivered() {
      return [...fold.deliveries.values()].filter(({ status }) => status !== 'unknown');
    },
    get deliveryUnknown() {
      return [...fold.deliveries.values()].filter(({ status }) => status === 'unknown');
    },
    get unaudited() {
      return [...fold.unaudited.values()];
    },
    delivery: (outcome) => fold.deliveries.get(outcome),
    lastOutcome: (remoteId) => fold.lastOutcomes.get(remoteId),
    left: fold.left,
    lastApplied: (remoteId) => fold.lastApplied.get(remoteId),
    lastTimestamp: (targetId) => fold.lastTimestamps.get(targetId),
    get lastCommit() {
      return fold.lastCommit;
    },
    get lastTrust() {
      return chain.trust;
    },
    get signingKey() {
      return chain.keys.current;
    },
    secretDigest: (remoteId, header) => fold.secrets.get(secretKey(remoteId, header)),
    mayHaveCreated: (id) => fold.doubtedCreates.has(id),
    unauditedCreate: (remoteId) => fold.unaudited.get(remoteId)?.intent.step === 'create',
  };
}
