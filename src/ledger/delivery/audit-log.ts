import type { AuditEvent } from '../../model/generated/ledger-entry.js';

/** A row of the audit log. Others write there too: a member may be absent, and hold any text. */
export type AuditRow = { readonly logId: string } & { readonly [Member in keyof AuditEvent]?: string };

/**
 * What became of one POST of an event. refused: a definite 4xx or a 429, so it is not there. not-sent: no connection was
 * made. unknown: everything else, an empty 2xx included.
 */
export type AuditAnswer =
  | { readonly outcome: 'done'; readonly logId: string; readonly correlationId?: string | undefined }
  | {
      readonly outcome: 'refused' | 'not-sent' | 'unknown';
      readonly reason: string;
      readonly correlationId?: string | undefined;
    };

/** The audit log of CXone, as delivery needs it (docs/cxone-api.md, "Audit"). */
export interface AuditLog {
  post(event: AuditEvent): Promise<AuditAnswer>;
  /** Every row of a target, or 'unsupported' where the log can't be read. Throws a KnownError when this read failed. */
  list(query: { readonly targetId: string }): Promise<readonly AuditRow[] | 'unsupported'>;
}
