import type { Entry, EntryOf } from '../entry.js';
import { createLeftStates, type LeftStates } from '../left-states.js';

/** What the tool last made of a resource, as its ledger tells. */
export interface LastChange {
  /** The number of the outcome. */
  readonly seq: number;
  readonly time: string;
  /** The printed identity. */
  readonly id: string;
  /** Who is said to have done it; nothing proves it. */
  readonly actor: string | null;
  /** The hash of the state that it left. */
  readonly resultHash: string;
}

/** What the ledger says of the resources of one endpoint, as far as a look at live needs it. */
export interface LastChanges {
  add(entry: Entry): void;
  /** By remote id, in the order of the ledger. */
  readonly changes: ReadonlyMap<string, LastChange>;
  /** The number of the entry that last found a resource in a state which the tool did not make. */
  foundBy(remoteId: string, hash: string): number | undefined;
  /** The states that requests without an outcome may have left, by remote id. */
  mayBe(): ReadonlyMap<string, ReadonlySet<string>>;
  /** The states that writes of ours led away from a short time ago. */
  readonly left: Pick<LeftStates, 'of'>;
  /** What a remote id was called when that entry was written; undefined where the ledger did not know it. */
  nameAt(remoteId: string, seq: number): string | undefined;
  /** When something was last created, in milliseconds since 1970 by a runner's clock. */
  readonly lastCreateAt: number | undefined;
}

type Intent = Pick<EntryOf<'intent'>, 'id' | 'step' | 'remoteId' | 'beforeHash' | 'afterHash' | 'claimed'>;

/** Collects them from entries that verifyLedger found good. */
export function collectLastChanges(endpoint: string): LastChanges {
  const open = new Map<number, Intent>();
  const changes = new Map<string, LastChange>();
  const found = new Map<string, { readonly seq: number; readonly hash: string }>();
  const names = new Map<string, { readonly seq: number; readonly id: string }[]>();
  const left = createLeftStates();
  let lastCreateAt: number | undefined;

  function addOutcome(outcome: EntryOf<'outcome'>): void {
    const { seq, time, status, remoteId, resultHash } = outcome;
    const intent = open.get(outcome.intent);
    if (intent === undefined || status === 'unknown') return;
    open.delete(outcome.intent);
    if (remoteId === null || resultHash === null) return;
    left.add(remoteId, intent.beforeHash, resultHash, Date.parse(time));
    if (intent.step === 'create') lastCreateAt = Math.max(lastCreateAt ?? 0, Date.parse(time));
    if (!isOurs(outcome, intent)) {
      if (status === 'failed') found.set(remoteId, { seq, hash: resultHash });
      return;
    }
    // Behind those that were changed before it.
    changes.delete(remoteId);
    changes.set(remoteId, { seq, time, id: intent.id, actor: intent.claimed.actor, resultHash });
    const known = names.get(remoteId);
    if (known === undefined) names.set(remoteId, [{ seq, id: intent.id }]);
    else if (known.at(-1)?.id !== intent.id) known.push({ seq, id: intent.id });
  }

  return {
    add(entry) {
      if (entry.endpoint !== endpoint) return;
      if (entry.kind === 'intent') {
        const { id, step, remoteId, beforeHash, afterHash, claimed } = entry;
        open.set(entry.seq, { id, step, remoteId, beforeHash, afterHash, claimed });
      }
      if (entry.kind === 'outcome') addOutcome(entry);
    },
    changes,
    foundBy: (remoteId, hash) => {
      const one = found.get(remoteId);
      return one?.hash === hash ? one.seq : undefined;
    },
    mayBe: () => {
      const states = new Map<string, Set<string>>();
      for (const { remoteId, beforeHash, afterHash } of open.values()) {
        if (remoteId === null) continue;
        const of = states.get(remoteId) ?? new Set();
        states.set(remoteId, of.add(afterHash).add(beforeHash ?? afterHash));
      }
      return states;
    },
    left,
    nameAt: (remoteId, seq) => names.get(remoteId)?.findLast((one) => one.seq <= seq)?.id,
    get lastCreateAt() {
      return lastCreateAt;
    },
  };
}

/**
 * Whether the state that an outcome confirms is one that the tool made. One that failed may have found what others did,
 * which has no audit event of ours.
 */
function isOurs({ status, resultHash, event }: EntryOf<'outcome'>, { afterHash }: Intent): boolean {
  return status === 'applied' || event !== null || (status === 'failed' && resultHash === afterHash);
}
