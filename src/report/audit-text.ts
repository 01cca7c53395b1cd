import type { AuditDeliver } from '../model/generated/audit-deliver.js';
import type { AuditVerify } from '../model/generated/audit-verify.js';
import { counted } from './counted.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';

/** What a check of the ledger found: each fault with its entry, the verdict last. */
export function auditVerifyText(verify: AuditVerify, delivered: number, { paint }: Page): string {
  const faults = verify.faults.map(({ seq, code, message }) => {
    const entry = seq === null ? '' : `entry ${seq}: `;
    return `${paint.red('✖')} ${entry}${escapeTerminal(message)} ${paint.dim(code)}\n`;
  });
  const counts = `${counted(verify.entries, 'entry', 'entries')}, ${counted(delivered, 'audit event')} delivered`;
  const head = verify.head === null ? '' : `\n  head ${verify.head}`;
  const mark = verify.status === 'clean' ? paint.green('✔ clean') : paint.red('✖ not clean');
  return `${faults.join('')}${mark} ${paint.bold(verify.environment)}: ${counts}${paint.dim(head)}\n`;
}

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
