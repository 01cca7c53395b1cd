import type { AuditEvent } from '../model/generated/ledger-entry.js';
import { sha256 } from '../model/hash.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { KnownError } from '../model/known-error.js';
import type { CallOptions, Calls } from './calls.js';
import { listPages, type Unsupported } from './pages.js';
import { pathSegment } from './remote-id.js';
import { type Rejected, sendWrite } from './send-write.js';

const path = '/api/v2/audit/logs';
const maxLogIdLength = 256;
const members = ['source', 'eventType', 'targetId', 'action', 'payloadHash', 'timestamp'] as const;

/** An entry of the audit log. Other programs write there too: what is absent or no text is left out. */
export type AuditRow = { readonly logId: string } & { readonly [Member in (typeof members)[number]]?: string };

export interface AuditQuery {
  readonly targetId: string;
  /** ISO 8601. */
  readonly from?: string;
  readonly to?: string;
}

export type AuditPostResult =
  | { readonly outcome: 'delivered'; readonly logId: string; readonly correlationId: string }
  | Rejected;

/** The entries of one target; `'unsupported'` when the audit log can't be read. */
export async function listAuditLog(
  calls: Calls,
  { targetId, from, to }: AuditQuery,
  options?: CallOptions,
): Promise<AuditRow[] | Unsupported> {
  return listPages(calls, {
    ...options,
    path,
    query: { targetId: pathSegment(targetId), ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
    readRow: (entity, place) => {
      const row = readRow(entity, place);
      return { id: row.logId, row };
    },
  });
}

/** A row as it was sent: even its id may be missing. */
export type AnyAuditRow = { readonly [Member in 'logId' | (typeof members)[number]]?: string };

/**
 * The whole audit log, of all targets and programs, as `keep` wants to remember each row (undefined: not at all): whole
 * rows would fill memory. `'unsupported'` when it can't be read. Rows repeated across pages are folded by their id; of
 * those without one, equal ones.
 */
export async function keepAuditLog<Kept>(
  calls: Calls,
  keep: (row: AnyAuditRow) => Kept | undefined,
  options?: CallOptions,
): Promise<Kept[] | Unsupported> {
  return listPages(calls, {
    ...options,
    path,
    readRow: (entity, place) => {
      if (!isJsonObject(entity)) throw new KnownError('ApiError', `${place} is not an object.`);
      const { logId } = entity;
      const row = { ...textsOf(entity), ...(isLogId(logId) && { logId }) };
      const kept = keep(row);
      const id = isLogId(logId) ? `id ${logId}` : `row ${sha256(JSON.stringify(row))}`;
      return kept === undefined ? undefined : { id, row: kept };
    },
  });
}

/** Sends one event, exactly its six members, by one POST. A success without a `logId` leaves the delivery unknown. */
export async function postAuditEvent(calls: Calls, event: AuditEvent, options?: CallOptions): Promise<AuditPostResult> {
  const body = Object.fromEntries(members.map((member) => [member, event[member]]));
  const result = await sendWrite(calls, { ...options, method: 'POST', path, body: JSON.stringify(body) });
  if (result.outcome !== 'accepted') return result;
  const { correlationId } = result;
  const { logId } = result.object;
  // A server that says what it was sent must not have it written into the ledger.
  if (isLogId(logId) && calls.mask(logId) === logId) return { outcome: 'delivered', logId, correlationId };
  return { outcome: 'unknown', reason: 'answered without a usable "logId"', correlationId };
}

function readRow(entity: Json, place: string): AuditRow {
  if (!isJsonObject(entity)) throw new KnownError('ApiError', `${place} is not an object.`);
  const { logId } = entity;
  if (!isLogId(logId)) throw new KnownError('ApiError', `${place} has no usable "logId".`);
  return { logId, ...textsOf(entity) };
}

function textsOf(entity: JsonObject): { readonly [Member in (typeof members)[number]]?: string } {
  const texts = members.flatMap((member) => {
    const value = entity[member];
    return typeof value === 'string' ? [[member, value] as const] : [];
  });
  return Object.fromEntries(texts);
}

function isLogId(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxLogIdLength;
}
