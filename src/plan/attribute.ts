import type { StoredMember } from '../model/generated/ledger-entry.js';
import { hashJson } from '../model/hash.js';
import { pointerSegments } from '../model/pointer.js';
import type { PlannedChange } from './planned-change.js';

/** Why a member differs (docs/semantics.md, "Attribution"). */
export type Cause = 'change' | 'pending' | 'drift' | 'conflict' | 'stored-differently' | 'unattributed';

/** What the last outcome of a live resource says: the state that git wanted then, and the one that CXone confirmed. */
export interface LastOutcome {
  readonly payloadHash: string;
  readonly resultHash: string | null;
  /** The members that CXone stored otherwise than they were sent, with the hash of what was sent. */
  readonly storedDifferently?: readonly StoredMember[];
}

/**
 * Tells by hashes alone who moved: live is as the last apply left it, so git has moved → `change`; git is as it was then
 * and live is not → `drift`. Where both moved, hashes can't tell which member is whose. Returns the cause of the member
 * that a path is in: where git still wants what the last apply sent, and CXone stored something else, `stored-differently`.
 */
export function attribute(change: PlannedChange, last: LastOutcome | undefined): (path: string) => Cause {
  const cause = causeOf(change, last);
  if (cause !== 'change' || last?.storedDifferently === undefined) return () => cause;
  const sent = new Map(last.storedDifferently.map(({ member, sentHash }) => [member, sentHash]));
  const stored = new Set(
    Object.entries(change.after).flatMap(([member, wanted]) => (sent.get(member) === hashJson(wanted) ? [member] : [])),
  );
  return (path) => (stored.has(pointerSegments(path)[0] ?? '') ? 'stored-differently' : cause);
}

function causeOf(change: PlannedChange, last: LastOutcome | undefined): Cause {
  if (change.before === null) return 'change';
  if (last === undefined) return 'unattributed';
  if (last.resultHash === change.beforeHash) return 'change';
  const wasApplied = last.resultHash === last.payloadHash;
  return wasApplied && last.payloadHash === change.payloadHash ? 'drift' : 'unattributed';
}
