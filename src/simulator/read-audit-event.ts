import type { AuditLog } from './audit-log.js';
import { type Members, readChoice, readText, reject } from './members.js';

type AuditEvent = Omit<AuditLog, 'logId' | 'receivedAt'>;

/** The six members that an audit event has, exactly (docs/cxone-api.md). */
export const AUDIT_EVENT_NAMES = ['source', 'eventType', 'targetId', 'action', 'payloadHash', 'timestamp'] as const;

/** Reads an audit event, each member checked. Problems go to the details. */
export function readAuditEvent(members: Members): AuditEvent {
  return {
    source: readText(members, 'source'),
    eventType: readChoice(members, 'eventType', ['speech.engine.configuration', 'webhook.configuration']) ?? '',
    targetId: readPattern(members, 'targetId', /^[A-Za-z0-9_-]{1,128}$/, 'an id'),
    action: readChoice(members, 'action', ['DEPLOY', 'UPDATE', 'TRAFFIC_SPLIT']) ?? '',
    payloadHash: readPattern(members, 'payloadHash', /^[0-9a-f]{64}$/, 'a SHA-256 in 64 lowercase hex digits'),
    timestamp: readTimestamp(members, 'timestamp'),
  };
}

/** A member that is an ISO 8601 time with seconds and `Z` or an offset. */
export function readTimestamp(members: Members, name: string, fallback?: string): string {
  const text = readText(members, name, fallback);
  const pattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
  if (text !== '' && !(pattern.test(text) && Number.isFinite(Date.parse(text)))) {
    reject(members, name, 'timestamp', 'must be an ISO 8601 time such as 2026-01-31T12:00:00Z');
  }
  return text;
}

function readPattern(members: Members, name: string, pattern: RegExp, what: string): string {
  const text = readText(members, name);
  if (text !== '' && !pattern.test(text)) reject(members, name, 'pattern', `must be ${what}`);
  return text;
}
