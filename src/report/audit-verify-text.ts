import type { AuditVerify } from '../model/generated/audit-verify.js';
import { counted } from './counted.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';

/** What a check of the ledger found: each fault with its entry, the verdict, and what that verdict rests on. */
export function auditVerifyText(verify: AuditVerify, { paint }: Page): string {
  const faults = verify.faults.map(({ seq, code, message }) => {
    const entry = seq === null ? '' : `entry ${seq}: `;
    return `${paint.red('✖')} ${entry}${escapeTerminal(message)} ${paint.dim(code)}\n`;
  });
  const more = verify.moreFaults === 0 ? '' : `  and ${verify.moreFaults.toLocaleString('en')} more\n`;
  const counts = `${counted(verify.entries, 'entry', 'entries')}, ${counted(verify.delivered, 'audit event')} delivered`;
  const head = verify.head === null ? '' : `\n  head ${verify.head}`;
  const mark = verify.status === 'clean' ? paint.green('✔ clean') : paint.red('✖ not clean');
  const where = verify.simulated === true ? `${verify.environment} (SIMULATOR)` : verify.environment;
  const verdict = `${mark} ${paint.bold(where)}: ${counts}${paint.dim(head)}\n`;
  return `${faults.join('')}${more}${verdict}${restsOn(verify).join('')}`;
}

function restsOn({ checked, notChecked, notes }: AuditVerify): string[] {
  const missing = notChecked.map((name) => checkWords[name]);
  return [
    `  checked: ${checked.map((name) => checkWords[name].what).join(', ')}\n`,
    ...notes.map((note) => `    ${escapeTerminal(note)}\n`),
    ...(missing.length === 0
      ? []
      : [`  not checked: ${missing.map(({ what, option }) => `${what} (${option})`).join(', ')}\n`]),
  ];
}

/** What each check is called, and the option that asks for it. */
const checkWords: Readonly<Record<AuditVerify['checked'][number], { readonly what: string; readonly option: string }>> =
  {
    ledger: { what: 'the ledger itself', option: '' },
    signatures: { what: 'signatures', option: '--public-key' },
    'audit-log': { what: 'the audit log', option: '--audit-log' },
    live: { what: 'what is live', option: '--live' },
    plans: { what: 'saved plans', option: '--plans' },
    git: { what: 'the commits', option: '--git' },
  };
