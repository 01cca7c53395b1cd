import type { PlannedChange } from './planned-change.js';

/** Why a member differs (docs/semantics.md, "Attribution"). */
export type Cause = 'change' | 'pending' | 'drift' | 'conflict' | 'unattributed';

/** What the last outcome of a live resource says: the state that git wanted then, and the one that CXone confirmed. */
export interface LastOutcome {
  readonly payloadHash: string;
  readonly resultHash: string | null;
}

/**
 * Tells by hashes alone who moved: live is as the last apply left it, so git has moved → `change`; git is as it was then
 * and live is not → `drift`. Where both moved, hashes can't tell which member is whose.
 */
export function attribute(change: PlannedChange, last: LastOutcome | undefined): Cause {
  if (change.before === null) return 'change';
  if (last === undefined) return 'unattributed';
  if (last.resultHash === change.beforeHash) return 'change';
  const wasApplied = last.resultHash === last.payloadHash;
  return wasApplied && last.payloadHash === change.payloadHash ? 'drift' : 'unattributed';
}
