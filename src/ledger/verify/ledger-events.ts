import type { Entry } from '../entry.js';
import { eventKey } from './event-key.js';

/** An audit event of a ledger, as far as a check needs it. */
export interface LedgerEvent {
  /** The number of the outcome that holds it. */
  readonly seq: number;
  /** The printed identity that it is about. */
  readonly id: string;
  readonly action: string;
  readonly timestamp: string;
  /** pending: the ledger does not say that the audit log has it, nor that nobody knows. */
  status: 'pending' | 'delivered' | 'unknown';
  /** What the audit log called it, or a person did. */
  logId?: string;
}

/** The audit events of one endpoint, as ledgers tell of them. */
export interface LedgerEvents {
  add(entry: Entry): void;
  /** By eventKey. */
  readonly byKey: ReadonlyMap<string, LedgerEvent>;
  /** Every remote id that an outcome is about, with the printed identity that it had last. */
  readonly targets: ReadonlyMap<string, string>;
  /** When the ledger was begun, and when an event last arrived, in milliseconds since 1970 by the runners' clocks. */
  readonly begunAt: number | undefined;
  readonly lastDeliveredAt: number | undefined;
}

/** Collects events of entries that verifyLedger found good. Of another endpoint only the genesis counts. */
export function collectEvents(endpoint: string): LedgerEvents {
  const byKey = new Map<string, LedgerEvent>();
  const bySeq = new Map<number, LedgerEvent>();
  const ids = new Map<number, string>();
  const targets = new Map<string, string>();
  let begunAt: number | undefined;
  let lastDeliveredAt: number | undefined;
  const settle = (seq: number, status: LedgerEvent['status'], logId?: string) => {
    const event = bySeq.get(seq);
    if (event === undefined) return;
    event.status = status;
    if (logId !== undefined) event.logId = logId;
    // It is never spoken of again (docs/ledger.md, "What may follow what").
    if (status === 'delivered') bySeq.delete(seq);
  };
  const ofThisEndpoint = (entry: Entry) => {
    switch (entry.kind) {
      case 'intent':
        ids.set(entry.seq, entry.id);
        return;
      case 'outcome': {
        const id = ids.get(entry.intent) ?? '';
        if (entry.status !== 'unknown') ids.delete(entry.intent);
        if (entry.remoteId !== null) targets.set(entry.remoteId, id);
        if (entry.event === null) return;
        const { action, timestamp } = entry.event;
        const event: LedgerEvent = { seq: entry.seq, id, action, timestamp, status: 'pending' };
        byKey.set(eventKey(entry.event), event);
        bySeq.set(entry.seq, event);
        return;
      }
      case 'delivered':
        lastDeliveredAt = Math.max(lastDeliveredAt ?? 0, Date.parse(entry.time));
        settle(entry.outcome, 'delivered', entry.logId);
        return;
      case 'delivery-unknown':
        settle(entry.outcome, 'unknown');
        return;
      case 'resolved':
        if (entry.answer === null) settle(entry.subject, 'pending');
        else settle(entry.subject, 'delivered', entry.answer);
        return;
      default:
        return;
    }
  };
  return {
    add(entry) {
      if (entry.kind === 'genesis') begunAt = Date.parse(entry.time);
      if (entry.endpoint === endpoint) ofThisEndpoint(entry);
    },
    byKey,
    targets,
    get begunAt() {
      return begunAt;
    },
    get lastDeliveredAt() {
      return lastDeliveredAt;
    },
  };
}
