import { createHash } from 'node:crypto';
import type { AuditRow } from '../delivery/audit-log.js';

/**
 * A short name of an audit event: the same for all spellings of its instant, another one where any of its six members
 * differs. 128 bits of SHA-256, so that a check of many events keeps no more of them.
 */
export function eventKey({ source, eventType, targetId, action, payloadHash, timestamp }: Partial<AuditRow>): string {
  const instant = Date.parse(timestamp ?? '');
  // What is no time equals only what is spelled like it.
  const when = Number.isNaN(instant) ? String(timestamp) : instant;
  const text = JSON.stringify([source, eventType, targetId, action, payloadHash, when]);
  return createHash('sha256').update(text).digest('base64').slice(0, 22);
}
