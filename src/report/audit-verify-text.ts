import type { AuditVerify } from '../model/generated/audit-verify.js';
import { counted } from './counted.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';
import { wordsOf, wrapWords } from './wrap-words.js';

/**
 * What a check of the ledger found: each fault with its entry and its code, the verdict, and what that verdict rests on.
 * Lines end at the page's width.
 */
export function auditVerifyText(verify: AuditVerify, page: Page): string {
  const { paint } = page;
  const faults = verify.faults.map((fault) => faultText(fault, page));
  const more = verify.moreFaults === 0 ? '' : `  and ${verify.moreFaults.toLocaleString('en')} more\n`;
  const found = verify.faults.length + verify.moreFaults;
  const counts = [
    counted(verify.entries, 'entry', 'entries'),
    `${counted(verify.delivered, 'audit event')} delivered`,
    ...(found === 0 ? [] : [counted(found, 'finding')]),
  ].join(', ');
  const mark = verify.status === 'clean' ? wordsOf('✔ clean', paint.green) : wordsOf('✖ not clean', paint.red);
  const where = verify.simulated === true ? `${verify.environment} (SIMULATOR)` : verify.environment;
  const verdict = wrapWords([...mark, ...wordsOf(`${where}:`, paint.bold), ...wordsOf(counts)], page.width, 4);
  const head = verify.head === null ? '' : paint.dim(`  head ${verify.head}\n`);
  const next = verify.status === 'clean' ? '' : `  what each finding means, and what to do: docs/auditing.md\n`;
  return `${faults.join('')}${more}${verdict}\n${head}${restsOn(verify, page).join('')}${next}`;
}

function faultText({ seq, code, message }: AuditVerify['faults'][number], { paint, width }: Page): string {
  const words = [
    ...wordsOf('✖', paint.red),
    ...(seq === null ? [] : wordsOf(`entry ${seq}:`, paint.bold)),
    ...wordsOf(escapeTerminal(message)),
    ...wordsOf(`[${code}]`, paint.dim),
  ];
  return `${wrapWords(words, width, 4)}\n`;
}

function restsOn({ checked, notChecked, notes }: AuditVerify, { width }: Page): string[] {
  const missing = notChecked.map((name) => checkWords[name]);
  const line = (indent: number, text: string) =>
    `${' '.repeat(indent)}${wrapWords(wordsOf(escapeTerminal(text)), width - indent, 6)}\n`;
  return [
    line(2, `checked: ${checked.map((name) => checkWords[name].what).join(', ')}`),
    ...notes.map((note) => line(4, note)),
    ...(missing.length === 0
      ? []
      : [line(2, `not checked: ${missing.map(({ what, option }) => `${what} (${option})`).join(', ')}`)]),
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
