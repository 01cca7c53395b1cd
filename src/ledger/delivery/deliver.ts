import type { Ledger } from '../open-ledger.js';
import type { AuditLog } from './audit-log.js';
import { type Delivery, type DeliveryOptions, deliverOne } from './deliver-one.js';

export { type Delivery, type DeliveryOptions, deliverOne } from './deliver-one.js';

/** What became of the audit events that the audit log had not got, each in the order of the ledger. */
export interface DeliverySummary {
  readonly delivered: readonly Delivery[];
  readonly pending: readonly Delivery[];
  /** A person has to say whether these arrived; those of earlier runs are among them. */
  readonly unknown: readonly Delivery[];
}

/**
 * Delivers every audit event of this endpoint that the audit log has not got, some at a time. Throws a LedgerError when
 * the ledger can't be written.
 */
export async function deliver(
  ledger: Ledger,
  auditLog: AuditLog,
  options: DeliveryOptions & { readonly concurrency?: number },
): Promise<DeliverySummary> {
  const open = [...ledger.state.undelivered, ...ledger.state.deliveryUnknown].toSorted((one, two) => one.seq - two.seq);
  const results: Delivery[] = [];
  const waiting = open.values();
  const worker = async () => {
    for (const one of waiting) results.push(await deliverOne(ledger, auditLog, one, options));
  };
  await Promise.all(Array.from({ length: options.concurrency ?? 8 }, worker));
  return summarizeDeliveries(results);
}

/** Deliveries by what became of them, each in the order of the ledger. */
export function summarizeDeliveries(deliveries: readonly Delivery[]): DeliverySummary {
  const having = (status: Delivery['status']) =>
    deliveries.filter((one) => one.status === status).toSorted((one, two) => one.seq - two.seq);
  return { delivered: having('delivered'), pending: having('pending'), unknown: having('unknown') };
}
