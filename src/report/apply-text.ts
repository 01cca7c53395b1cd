import type { Apply, Outcome } from '../model/generated/apply.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';
import { heading } from './plan-text.js';

/** What apply did: what was not applied with its reason, and the summary last. Applied changes were shown as they happened. */
export function applyText(
  apply: Apply,
  audit: { readonly delivered: number; readonly pending: number; readonly unknown: number },
  page: Page,
): string {
  const left = apply.outcomes.filter(({ status }) => status !== 'applied' && status !== 'already-applied');
  const blocks = [
    ...(left.length === 0 ? [] : [heading(apply, page), left.map((outcome) => outcomeLine(outcome, page)).join('\n')]),
    summaryLine(apply, audit, page),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** One change with its status on one line, as progress shows it and the result repeats it where it matters. */
export function outcomeLine({ id, action, status, remoteId, error }: Outcome, { paint }: Page): string {
  const { sign, words } = statusWords[status];
  const mark = status === 'applied' || status === 'already-applied' ? paint.green(sign) : paint.red(sign);
  const remote = remoteId === null ? '' : paint.dim(` ${escapeTerminal(remoteId)}`);
  const why = error === undefined ? [] : [error.message, ...(error.hint === undefined ? [] : [error.hint])];
  const lines = why.map((line) => `\n    ${escapeTerminal(line)}`).join('');
  return `${mark} ${words(action)} ${paint.bold(escapeTerminal(id))}${remote}${lines}`;
}

const statusWords: Record<Outcome['status'], { sign: string; words: (action: Outcome['action']) => string }> = {
  applied: { sign: '✔', words: (action) => `${action}d` },
  'already-applied': { sign: '✔', words: () => 'already applied' },
  failed: { sign: '✖', words: (action) => `${action} failed` },
  unknown: { sign: '?', words: (action) => `${action} unknown` },
  'not-attempted': { sign: '·', words: (action) => `${action} not attempted` },
};

function summaryLine(
  { environment, outcomes, requests, status }: Apply,
  audit: { readonly delivered: number; readonly pending: number; readonly unknown: number },
  { paint }: Page,
): string {
  const subject = paint.bold(`Apply to ${environment}:`);
  if (status === 'no-changes') return `${subject} nothing to do.`;
  const count = (wanted: Outcome['status']) => outcomes.filter((outcome) => outcome.status === wanted).length;
  const counts = [
    [count('applied'), 'applied'],
    [count('already-applied'), 'already applied'],
    [count('failed'), 'failed'],
    [count('unknown'), 'unknown'],
    [count('not-attempted'), 'not attempted'],
    [audit.delivered, 'audit events delivered'],
    [audit.pending, 'audit events pending'],
    [audit.unknown, 'audit events of unknown delivery'],
  ] as const;
  const words = counts
    .filter(([number], index) => number > 0 || index === 0)
    .map(([number, what]) => `${number} ${what}`);
  const waited = requests.rateLimited === 0 ? '' : `, ${requests.rateLimited} answered 429 and waited out`;
  return `${subject} ${words.join(', ')}. ${requests.total} requests${waited}.`;
}
