import type { State } from '../kinds/kind-definition.js';
import type { PlannedChange } from '../plan/planned-change.js';

/** Why a change did not happen, in words for a user. */
export interface OutcomeError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Where the manifests set what the server found fault with; where the resource starts if it does not say. */
  readonly source?: { readonly file: string; readonly line: number; readonly column: number };
}

export type ChangeStatus = 'applied' | 'already-applied' | 'failed' | 'unknown' | 'not-attempted';

/** How far one change has come. It starts as not attempted, and each write moves it on. */
export interface Progress {
  readonly change: PlannedChange;
  status: ChangeStatus;
  remoteId: string | null;
  etag: string | undefined;
  /** The state last confirmed by an answer of the server; null: nothing exists. */
  confirmed: State | null;
  /** What its last write was to lead to; undefined before the first. */
  sent: State | undefined;
  /** Unknown, but its last write was not done when it was looked at after its time-out. */
  notDone: boolean;
  /** The server did at least one write of it. */
  written: boolean;
  /** It was to be created, and somebody else had created just that. */
  adopted: boolean;
  correlationId: string | null;
  error: OutcomeError | undefined;
  /** Fills in when its audit event is delivered. */
  auditLogId: string | null;
}

/** The progress of a change before its first write. */
export function startProgress(change: PlannedChange): Progress {
  return {
    change,
    status: 'not-attempted',
    remoteId: change.live?.remoteId ?? null,
    etag: change.live?.etag,
    confirmed: change.before,
    sent: undefined,
    notDone: false,
    written: false,
    adopted: false,
    correlationId: null,
    error: undefined,
    auditLogId: null,
  };
}

/** True when nothing is left to be done of it. */
export function isDone({ status }: Pick<Progress, 'status'>): boolean {
  return status === 'applied' || status === 'already-applied';
}
