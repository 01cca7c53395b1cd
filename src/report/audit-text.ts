import type { AuditDeliver } from '../model/generated/audit-deliver.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';

/** What was sent to the audit log, and what waits. */
export function auditDeliverText(deliver: AuditDeliver, { paint }: Page): string {
  const unknown = deliver.unknown.map(({ seq, id, action, timestamp, targetId }) => {
    const event = `${action} of ${timestamp} for ${targetId}`;
    const settle = `--resolve ${seq}=LOGID|absent`;
    return `${paint.red('?')} entry ${seq}: ${escapeTerminal(id)}: ${escapeTerminal(event)} may have arrived; settle it with ${settle}\n`;
  });
  const counts = `${deliver.delivered} delivered, ${deliver.pending} pending, ${deliver.unknown.length} unknown`;
  const where = deliver.simulated ? `${deliver.environment} (SIMULATOR)` : deliver.environment;
  return `${unknown.join('')}${paint.bold(`Audit events of ${where}:`)} ${counts}.\n`;
}
