import { createHash } from 'node:crypto';
import type { AuditRow } from '../delivery/audit-log.js';

/**
 * A short name of an audit event: the same for all spellings of its instant, another one where any of its six members
 * differs. 128 bits of SHA-256, so that a check of many events keeps no more of them.
 */
export function eventKey({ source, eventType, targetId, action, payloadHash, timestamp }: Partial<AuditRow>): string {
  const text = JSON.stringify([source, eventType, targetId, action, payloadHash, instantOf(timestamp)]);
  return createHash('sha256').update(text).digest('base64').slice(0, 22);
}

/** What is no time equals only what is spelled like it, such as a 30th of February: Date takes that for the 2nd of March. */
function instantOf(timestamp: string | undefined): number | string {
  const instant = Date.parse(timestamp ?? '');
  if (timestamp === undefined || Number.isNaN(instant)) return String(timestamp);
  const isReal = !asEvents.test(timestamp) || new Date(instant).toISOString().startsWith(timestamp.slice(0, -1));
  return isReal ? instant : timestamp;
}

/** How this tool spells the times of its events. */
const asEvents = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
