import type { State } from '../kinds/kind-definition.js';
import type { StoredField } from '../model/generated/apply.js';
import type { PlannedChange } from '../plan/planned-change.js';
import { onlyDescribedDifferently } from './stored-differently.js';

/** Why a change did not happen, in words for a user. */
export interface OutcomeError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Where the manifests set what the server found fault with; where the resource starts if it does not say. */
  readonly source?: { readonly file: string; readonly line: number; readonly column: number };
  /** What CXone stored otherwise than it was sent; only with the code `not-as-sent`. */
  readonly fields?: StoredField[];
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

/** Nothing is left to be done of it. */
function isDone({ status }: Pick<Progress, 'status'>): boolean {
  return status === 'applied' || status === 'already-applied';
}

/**
 * True when its last write moved the traffic that it was to move: it was applied, or CXone stored another description
 * than was sent and everything else as it was sent. A description carries no traffic.
 */
export function carriesTraffic(progress: Progress): boolean {
  return isButForDescription(progress, progress.sent);
}

/** The same of the whole change: nothing is left to be done of its traffic. */
export function isShifted(progress: Progress): boolean {
  return isButForDescription(progress, progress.change.after);
}

function isButForDescription({ status, error, confirmed }: Progress, wanted: State | undefined): boolean {
  if (status !== 'failed') return isDone({ status });
  if (error?.code !== 'not-as-sent' || confirmed === null || wanted === undefined) return false;
  return onlyDescribedDifferently(wanted, confirmed);
}
