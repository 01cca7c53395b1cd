import type { AuditEvent } from '../../model/generated/ledger-entry.js';
import type { LedgerState } from '../ledger-state.js';

export interface EventFacts extends Pick<AuditEvent, 'eventType' | 'targetId' | 'action' | 'payloadHash'> {
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The six members of an audit event (docs/cxone-api.md, "Audit"). Its timestamp is in whole seconds, as the API's own
 * example, and later than the last one of its target, so that the six are a unique key (docs/semantics.md, "Audit
 * events"): put it into an outcome at once, before the next event of the same target is made.
 */
export function makeEvent(state: Pick<LedgerState, 'lastTimestamp'>, facts: EventFacts): AuditEvent {
  const { eventType, targetId, action, payloadHash } = facts;
  const last = state.lastTimestamp(targetId);
  const second = Math.floor(facts.now / 1000);
  const free = last === undefined ? second : Math.max(second, Date.parse(last) / 1000 + 1);
  const timestamp = new Date(free * 1000).toISOString().replace('.000Z', 'Z');
  return { source: 'AutomatedConfigurator', eventType, targetId, action, payloadHash, timestamp };
}
