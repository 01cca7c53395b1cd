import type { AuditDeliver } from '../model/generated/audit-deliver.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';
import { wordsOf, wrapWords } from './wrap-words.js';

/** What was sent to the audit log, and what waits. */
export function auditDeliverText(deliver: AuditDeliver, { paint, width }: Page): string {
  const unknown = deliver.unknown.map(({ seq, id, action, timestamp, targetId }) => {
    const event = `${action} of ${timestamp} for ${targetId}`;
    const what = `${id}: ${event} may have arrived; settle it with --resolve ${seq}=LOGID|absent`;
    const words = [
      ...wordsOf('?', paint.red),
      ...wordsOf(`entry ${seq}:`, paint.bold),
      ...wordsOf(escapeTerminal(what)),
    ];
    return `${wrapWords(words, width, 4)}\n`;
  });
  const counts = `${deliver.delivered} delivered, ${deliver.pending} pending, ${deliver.unknown.length} unknown`;
  const where = deliver.simulated ? `${deliver.environment} (SIMULATOR)` : deliver.environment;
  return `${unknown.join('')}${paint.bold(`Audit events of ${where}:`)} ${counts}.\n`;
}
