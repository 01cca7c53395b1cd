import type { Clock } from '../../model/clock.js';
import type { AuditEvent } from '../../model/generated/ledger-entry.js';
import { KnownError } from '../../model/known-error.js';
import type { OpenDelivery } from '../fold.js';
import { mayHaveJustLeft } from '../may-have-just-left.js';
import type { Ledger } from '../open-ledger.js';
import type { AuditLog, AuditRow } from './audit-log.js';

export interface DeliveryOptions {
  readonly clock: Clock;
  /** Milliseconds after which the audit log shows what it took. */
  readonly listLagMs: number;
  /** Milliseconds that a request may take: one of a run that died may still be on its way. */
  readonly timeoutMs: number;
  /** Once aborted, nothing new is sent, and what waits is left to a later run. */
  readonly interrupt?: AbortSignal;
}

/** How far the audit event of one outcome has come. */
export type Delivery =
  | {
      readonly status: 'delivered';
      /** The number of the outcome. */
      readonly seq: number;
      /** Null when it had been delivered before. */
      readonly logId: string | null;
    }
  /** pending: a later run sends it. unknown: a person has to say whether it arrived. */
  | { readonly status: 'pending' | 'unknown'; readonly seq: number; readonly reason: string };

/**
 * Delivers the audit event of a durable outcome, never twice (docs/semantics.md, "Audit events"): `delivering` is
 * durable before the POST leaves; after an ambiguous answer the audit log is read, and what is not there is sent again
 * by a later run only. Throws a LedgerError when the ledger can't be written.
 */
export async function deliverOne(
  ledger: Ledger,
  auditLog: AuditLog,
  { seq }: { readonly seq: number },
  options: DeliveryOptions,
): Promise<Delivery> {
  const delivery = ledger.state.delivery(seq);
  if (delivery === undefined) return { status: 'delivered', seq, logId: null };
  if (delivery.status === 'unknown') return { status: 'unknown', seq, reason: delivery.reason ?? '' };
  if (options.interrupt?.aborted === true) return { status: 'pending', seq, reason: 'the run was interrupted' };
  if (delivery.attempt !== undefined) {
    if (delivery.attempt.seq > ledger.openedAt) return sentByThisRun(seq);
    const justLeft = mayHaveJustLeft(delivery.attempt.time, options.clock.now());
    const waitMs = justLeft ? options.timeoutMs + options.listLagMs : 0;
    const found = await lookUp(ledger, auditLog, delivery, waitMs, options);
    if (found !== 'absent') return found;
    // While we looked, another call of this run may have sent it.
    const attempt = ledger.state.delivery(seq)?.attempt;
    if (attempt === undefined || attempt.seq > ledger.openedAt) return sentByThisRun(seq);
  }
  return send(ledger, auditLog, delivery, options);
}

async function send(
  ledger: Ledger,
  auditLog: AuditLog,
  delivery: OpenDelivery,
  options: DeliveryOptions,
): Promise<Delivery> {
  const { seq, event } = delivery;
  await ledger.append({ kind: 'delivering', outcome: seq });
  const answer = await auditLog.post(event);
  const correlationId = wellFormed(answer.correlationId) ?? null;
  if (answer.outcome === 'done') {
    return delivered(ledger, seq, { logId: answer.logId, via: 'post', correlationId });
  }
  const reason = wellFormed(answer.reason) ?? '';
  const said = correlationId === null ? reason : `${reason}. Correlation id ${correlationId}`;
  if (answer.outcome !== 'unknown') {
    // Without this entry the next run would have to look whether it arrived.
    await ledger.append({ kind: 'resolved', subject: seq, answer: null, by: answer.outcome, reason, claimed: null });
    return { status: 'pending', seq, reason: said };
  }
  const found = await lookUp(ledger, auditLog, delivery, options.listLagMs, options, reason, correlationId);
  return found === 'absent' ? { status: 'pending', seq, reason: `${said}. The audit log has not got it` } : found;
}

/** Waits, then reads the target's rows: delivered when one has all six members. */
async function lookUp(
  ledger: Ledger,
  auditLog: AuditLog,
  { seq, event }: OpenDelivery,
  waitMs: number,
  { clock, interrupt }: DeliveryOptions,
  seen = 'a run ended before the answer came',
  correlationId: string | null = null,
): Promise<Delivery | 'absent'> {
  await clock.sleep(waitMs, interrupt);
  // Too early to tell whether it is there.
  if (interrupt?.aborted === true) return { status: 'pending', seq, reason: 'the run was interrupted' };
  let rows: readonly AuditRow[] | 'unsupported';
  try {
    rows = await auditLog.list({ targetId: event.targetId });
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    return { status: 'pending', seq, reason: `${seen}, and the audit log can't be read now: ${error.message}` };
  }
  if (ledger.state.delivery(seq) === undefined) return { status: 'delivered', seq, logId: null };
  if (rows === 'unsupported') {
    const reason = wellFormed(`${seen}, and this audit log can't be read`) ?? '';
    if (ledger.state.delivery(seq)?.status === 'sent') {
      await ledger.append({ kind: 'delivery-unknown', outcome: seq, reason, correlationId });
    }
    return { status: 'unknown', seq, reason };
  }
  const row = rows.find((candidate) => sameEvent(candidate, event));
  return row === undefined ? 'absent' : delivered(ledger, seq, { logId: row.logId, via: 'lookup', correlationId });
}

async function delivered(
  ledger: Ledger,
  seq: number,
  how: { logId: string; via: 'post' | 'lookup'; correlationId: string | null },
): Promise<Delivery> {
  const logId = wellFormed(how.logId) ?? '';
  await ledger.append({ kind: 'delivered', outcome: seq, ...how, logId });
  return { status: 'delivered', seq, logId };
}

/** All six members; a server may spell the same instant otherwise. */
function sameEvent(row: AuditRow, event: AuditEvent): boolean {
  return (
    row.source === event.source &&
    row.eventType === event.eventType &&
    row.targetId === event.targetId &&
    row.action === event.action &&
    row.payloadHash === event.payloadHash &&
    Date.parse(row.timestamp ?? '') === Date.parse(event.timestamp)
  );
}

function sentByThisRun(seq: number): Delivery {
  return { status: 'pending', seq, reason: 'this run sent it already; the next one looks whether it arrived' };
}

/** A server's words as an entry can hold them: no lone surrogates, at most 2000 characters. */
function wellFormed(text: string | undefined): string | undefined {
  return text?.toWellFormed().slice(0, 2000).toWellFormed();
}
