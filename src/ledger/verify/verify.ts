import type { JsonObject } from '../../model/json.js';
import { trustHash } from '../../model/trusted-settings.js';
import { type Chain, createChain } from '../chain.js';
import type { KeyChain } from '../checkpoint/key-chain.js';
import { canonicalEntry, type Entry, type EntryOf, entryHash } from '../entry.js';
import type { LineSource } from '../file/read-lines.js';
import { createFold, type Fold, type OpenDelivery, type OpenIntent, type OutcomeRecord } from '../fold.js';
import { isFault, type LedgerFault, parseEntry } from '../parse-entry.js';

/** What a check of a ledger found. */
export interface VerifyResult {
  /** True when there is no fault and nothing is left open. */
  readonly clean: boolean;
  /** Empty while there is no readable genesis. */
  readonly ledgerId: string;
  /** How many entries are good; with a fault, those before it. */
  readonly entries: number;
  /** The hash of the last good entry: keep it elsewhere, for a ledger that is cut or rewritten can't have it. */
  readonly head: string;
  /** Audit events that arrived. */
  readonly delivered: number;
  /** Whether it is the ledger of a simulator; undefined while there is no readable genesis. */
  readonly simulated: boolean | undefined;
  /** The keys that sign its checkpoints. */
  readonly keys: KeyChain;
  /** The trusted settings that its last apply went by. */
  readonly trust: EntryOf<'trust'> | undefined;
  /** The first bad entry. What comes after it is not looked at: it hangs on it. */
  readonly fault: LedgerFault | undefined;
  readonly openIntents: readonly OpenIntent[];
  readonly undelivered: readonly OpenDelivery[];
  readonly deliveryUnknown: readonly OpenDelivery[];
  /** Applied changes that no audit event speaks of. */
  readonly unaudited: readonly OutcomeRecord[];
}

export interface VerifyOptions {
  /** The environment that the ledger is said to be of. */
  readonly environment?: string;
  /** Is given each good entry, in their order. */
  readonly onEntry?: (entry: Entry) => void;
}

/**
 * Checks a ledger line by line, in memory that does not grow with it: canonical form, shape, chain, hash, and that what
 * each entry says can be true after those before it (docs/ledger.md). A bare chain can't show a cut at the end of a
 * line, nor a ledger that was rewritten as a whole.
 */
export async function verifyLedger(lines: LineSource, options: VerifyOptions = {}): Promise<VerifyResult> {
  const chain = createChain();
  const folds = new Map<string, Fold>();
  let fault: LedgerFault | undefined;
  let good: Good = { entries: 0, head: chain.head };
  for await (const some of lines) {
    for (const { bytes, finished } of some) {
      fault ??= finished ? faultOf(bytes, chain, folds, options) : unfinished(chain.entries + 1);
      if (fault === undefined) good = { entries: chain.entries, head: chain.head };
    }
    if (fault !== undefined) break;
  }
  if (chain.entries === 0)
    fault ??= {
      seq: 1,
      code: 'empty',
      message: 'there is no ledger here, or it is empty: nothing was applied from here, or it was removed',
    };
  return result(chain, good, [...folds.values()], fault);
}

/** The entries before the first bad one: the chain may have that one already. */
type Good = Pick<VerifyResult, 'entries' | 'head'>;

function faultOf(
  bytes: Buffer,
  chain: Chain,
  folds: Map<string, Fold>,
  options: VerifyOptions,
): LedgerFault | undefined {
  const seq = chain.entries + 1;
  const entry = parseEntry(bytes, seq);
  if (isFault(entry)) return entry;
  const message = ownFault(entry, bytes, options);
  if (message !== undefined) return { seq, ...message };
  const fault = chain.add(entry) ?? foldOf(folds, entry.endpoint).add(entry);
  if (fault === undefined) options.onEntry?.(entry);
  return fault;
}

function ownFault(entry: Entry, bytes: Buffer, { environment }: VerifyOptions): Omit<LedgerFault, 'seq'> | undefined {
  if (!isCanonical(entry, bytes)) {
    return { code: 'not-canonical', message: 'the line is not the canonical text of its entry: it was changed' };
  }
  if (entryHash(entry) !== entry.hash) {
    return { code: 'hash', message: 'its hash is not that of what it says: it was changed' };
  }
  if (entry.kind === 'genesis' && environment !== undefined && entry.environment !== environment) {
    return { code: 'other-environment', message: `it is the ledger of ${entry.environment}, not of ${environment}` };
  }
  // Sound: what was read from JSON is JSON.
  if (entry.kind === 'trust' && trustHash(entry.settings as JsonObject) !== entry.trustHash) {
    return { code: 'trust-hash', message: 'its trustHash is not that of its settings: one of the two was changed' };
  }
  return undefined;
}

/** False also for what canonical JSON can't hold: half a character, or a number that is too large. */
function isCanonical(entry: Entry, bytes: Buffer): boolean {
  try {
    return Buffer.from(canonicalEntry(entry), 'utf8').equals(bytes);
  } catch {
    return false;
  }
}

/** Entries of one endpoint never speak of another's. */
function foldOf(folds: Map<string, Fold>, endpoint: string): Fold {
  const known = folds.get(endpoint);
  if (known !== undefined) return known;
  const fold = createFold();
  folds.set(endpoint, fold);
  return fold;
}

function unfinished(seq: number): LedgerFault {
  return {
    seq,
    code: 'unfinished',
    message: 'the last line has no end: its write was cut off. The next apply drops it, and says so in its first entry',
  };
}

function result(chain: Chain, good: Good, folds: readonly Fold[], fault: LedgerFault | undefined): VerifyResult {
  const openIntents = folds.flatMap((fold) => [...fold.openIntents.values()]);
  const deliveries = folds.flatMap((fold) => [...fold.deliveries.values()]);
  const unaudited = folds.flatMap((fold) => [...fold.unaudited.values()]);
  return {
    clean: fault === undefined && openIntents.length + deliveries.length + unaudited.length === 0,
    ledgerId: chain.genesis?.ledgerId ?? '',
    simulated: chain.genesis?.simulated,
    keys: chain.keys,
    trust: chain.trust,
    ...good,
    delivered: folds.reduce((sum, fold) => sum + fold.delivered, 0),
    fault,
    openIntents,
    undelivered: deliveries.filter(({ status }) => status !== 'unknown'),
    deliveryUnknown: deliveries.filter(({ status }) => status === 'unknown'),
    unaudited,
  };
}
