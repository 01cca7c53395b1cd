import type { Drift } from '../model/generated/drift.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';
import { heading, unmanagedBlock } from './plan-text.js';
import { cutMiddle, valuePair } from './value.js';

/** What live differs in from git: a block a resource, `git` on the left and `live` on the right, the summary last. */
export function driftText(drift: Drift, page: Page): string {
  const blocks = [
    heading(drift, page),
    ...drift.drift.map((one) => driftedBlock(one, page)),
    missingBlock(drift.missing, page),
    unmanagedBlock(drift.unmanaged, page),
    summaryLine(drift, page),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function driftedBlock({ id, remoteId, fields }: Drift['drift'][number], { paint, width }: Page): string {
  const paths = fields.map(({ path }) => escapeTerminal(path.slice(1)));
  const column = Math.min(Math.max(0, ...paths.map((path) => path.length)), Math.floor(width / 2));
  const lines = fields.map(({ git, live, cause }, index) => {
    const why = causeWords[cause];
    const room = Math.max(10, Math.floor((width - column - 19 - why.length) / 2));
    const [left, right] = valuePair(git, live, room);
    const path = cutMiddle(paths[index] ?? '', column).padEnd(column);
    return `    ${path}  git ${paint.green(left)}  live ${paint.red(right)}${paint.dim(why)}`;
  });
  const title = `${paint.yellow('~')} ${paint.bold(escapeTerminal(id))} ${paint.yellow('differs')}`;
  return [`${title} ${paint.dim(`(${escapeTerminal(remoteId)})`)}`, ...lines].join('\n');
}

const causeWords: Record<Drift['drift'][number]['fields'][number]['cause'], string> = {
  change: '',
  pending: ' (not yet applied)',
  drift: ' (edited outside git)',
  conflict: ' (edited on both sides)',
  unattributed: '',
};

function missingBlock(missing: Drift['missing'], { paint }: Page): string {
  if (missing.length === 0) return '';
  const lines = missing.map(
    ({ id, source }) => `    ${escapeTerminal(id)} ${paint.dim(`${escapeTerminal(source.file)}:${source.line}`)}`,
  );
  return [`${paint.red('-')} ${paint.bold('Missing')}: in git, not live`, ...lines].join('\n');
}

function summaryLine({ environment, drift, missing, unmanaged, status }: Drift, { paint }: Page): string {
  const words = `${drift.length} differ, ${missing.length} missing, ${unmanaged.length} unmanaged`;
  return `${paint.bold(`Drift of ${environment}:`)} ${status === 'in-sync' ? 'in sync, ' : ''}${words}.`;
}
