import type { Apply, Outcome, StoredField } from '../model/generated/apply.js';
import { counted } from './counted.js';
import { escapeTerminal } from './escape-terminal.js';
import { fieldTable } from './field-table.js';
import { placeText } from './origin-line.js';
import type { Page } from './paint.js';
import { heading } from './plan-text.js';
import { unservedBlock } from './unserved-block.js';
import { valuePair } from './value.js';

/** What apply did: what was not applied with its reason, and the summary last. Applied changes were shown as they happened. */
export function applyText(
  apply: Apply,
  audit: { readonly delivered: number; readonly pending: number; readonly unknown: number },
  page: Page,
): string {
  const left = apply.outcomes.filter(({ status }) => status !== 'applied' && status !== 'already-applied');
  const { undelivered = [] } = apply;
  const blocks = [
    ...(left.length === 0 ? [] : [heading(apply, page), left.map((outcome) => outcomeLine(outcome, page)).join('\n')]),
    ...(apply.unserved === undefined ? [] : [unservedBlock(apply.unserved, unservedHint, page)]),
    ...(undelivered.length === 0 ? [] : [undelivered.map((one) => undeliveredLines(one, apply, page)).join('\n')]),
    summaryLine(apply, audit, page),
  ];
  return `${blocks.join('\n\n')}\n`;
}

const unservedHint = 'Apply again at once, or raise a split of that name in CXone.';

/** One change with its status on one line, as progress shows it and the result repeats it where it matters. */
export function outcomeLine({ id, action, status, remoteId, error }: Outcome, page: Page): string {
  const { paint } = page;
  const { sign, words } = statusWords[status];
  const mark = status === 'applied' || status === 'already-applied' ? paint.green(sign) : paint.red(sign);
  const remote = remoteId === null ? '' : paint.dim(` ${escapeTerminal(remoteId)}`);
  const message = error === undefined ? [] : [`    ${escapeTerminal(withoutIdentity(error.message, id))}`];
  const hint = error?.hint === undefined ? [] : [`    ${escapeTerminal(error.hint)}`];
  const lines = [...message, ...storedLines(error?.fields ?? [], page), ...hint];
  return [`${mark} ${words(action)} ${paint.bold(escapeTerminal(id))}${remote}`, ...lines].join('\n');
}

/** No reader wants more of them on a screen. */
const maxStored = 10;

/** What CXone stored otherwise than it was sent: both values, and where the manifests set them. */
function storedLines(fields: readonly StoredField[], { paint, width }: Page): string[] {
  const rows = fields.slice(0, maxStored).map((field) => ({ ...field, values: [field.sent, field.stored] as const }));
  const lines = fieldTable(rows, width, ({ sent, stored, source }, room) => {
    const [left, right] = valuePair(sent, stored, Math.max(8, Math.floor((room - 16) / 2)));
    const place = source === null ? '' : `\n        ${paint.dim(placeText(source))}`;
    return `sent ${paint.green(left)}  stored ${paint.red(right)}${place}`;
  });
  const more = fields.length - rows.length;
  return more === 0 ? lines : [...lines, `    and ${counted(more, 'more field')}: \`--format json\` shows them.`];
}

/** An audit event that did not arrive, or may not have, why, and what settles it. */
function undeliveredLines(
  { seq, id, status, reason }: NonNullable<Apply['undelivered']>[number],
  { environment }: Apply,
  { paint }: Page,
): string {
  const sign = status === 'pending' ? paint.yellow('!') : paint.red('?');
  const what = status === 'pending' ? 'is not delivered' : 'may have been delivered';
  const hint =
    status === 'pending'
      ? `The next apply sends it, or \`cxone-gitops audit deliver ${environment}\`.`
      : `Look in the audit log, then \`cxone-gitops audit deliver ${environment} --resolve ${seq}=LOGID\`, or =absent.`;
  return [`${sign} the audit event of ${paint.bold(escapeTerminal(id))} ${what}`, reason, hint]
    .map((line, index) => (index === 0 ? line : `    ${escapeTerminal(line)}`))
    .join('\n');
}

/** The line above the message names the thing already; its place comes first then. */
function withoutIdentity(message: string, id: string): string {
  if (!message.startsWith(id)) return message;
  return message
    .slice(id.length)
    .replace(/^:? /, '')
    .replace(/^\(([^()]*:\d+:\d+)\): /, '$1: ');
}

const statusWords: Record<Outcome['status'], { sign: string; words: (action: Outcome['action']) => string }> = {
  applied: { sign: '✔', words: (action) => `${action}d` },
  'already-applied': { sign: '✔', words: () => 'already applied' },
  failed: { sign: '✖', words: (action) => `${action} failed` },
  unknown: { sign: '?', words: (action) => `${action} unknown` },
  'not-attempted': { sign: '·', words: (action) => `${action} not attempted` },
};

function summaryLine(
  { environment, simulated, outcomes, requests, status }: Apply,
  audit: { readonly delivered: number; readonly pending: number; readonly unknown: number },
  { paint }: Page,
): string {
  const changes = (wanted: Outcome['status'], what: string) => {
    const number = outcomes.filter((outcome) => outcome.status === wanted).length;
    return { number, words: `${number} ${what}` };
  };
  const events = (number: number, fate: string) => ({ number, words: `${counted(number, 'audit event')} ${fate}` });
  const said = [
    status === 'no-changes' ? { number: 1, words: 'nothing to do' } : changes('applied', 'applied'),
    changes('already-applied', 'already applied'),
    changes('failed', 'failed'),
    changes('unknown', 'unknown'),
    changes('not-attempted', 'not attempted'),
    events(audit.delivered, 'delivered'),
    events(audit.pending, 'pending'),
    events(audit.unknown, 'of unknown delivery'),
  ];
  const words = said.filter(({ number }, index) => number > 0 || index === 0).map((one) => one.words);
  const waited = requests.rateLimited === 0 ? '' : `, ${requests.rateLimited} answered 429 and waited out`;
  const cost = status === 'no-changes' ? '' : ` ${counted(requests.total, 'request')}${waited}.`;
  const where = simulated ? `${environment} (SIMULATOR)` : environment;
  return `${paint.bold(`Apply to ${where}:`)} ${words.join(', ')}.${cost}`;
}
