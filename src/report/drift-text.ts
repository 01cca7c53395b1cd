import type { Drift } from '../model/generated/drift.js';
import { escapeTerminal } from './escape-terminal.js';
import { fieldTable } from './field-table.js';
import type { Page } from './paint.js';
import { causeWords, cutHint, heading, sharedCause, storedBlock, unmanagedBlock, unservedHint } from './plan-text.js';
import { unservedBlock } from './unserved-block.js';
import { valuePair } from './value.js';

/** What live differs in from git: a block a resource, `git` on the left and `live` on the right, the summary last. */
export function driftText(drift: Drift, page: Page): string {
  const drifted = drift.drift.map((one) => driftedBlock(one, page));
  const blocks = [
    heading(drift, page),
    ...drifted,
    cutHint(drifted, `drift ${drift.environment} --format json`, page),
    storedBlock(drift.drift, page),
    missingBlock(drift.missing, page),
    unmanagedBlock(drift.unmanaged, page),
    unservedBlock(drift.unserved, unservedHint, page),
    summaryLine(drift, page),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function driftedBlock({ id, remoteId, fields }: Drift['drift'][number], { paint, width }: Page): string {
  const rows = fields.map((field) => ({ ...field, values: [field.git, field.live] as const }));
  const shared = sharedCause(fields);
  const lines = fieldTable(rows, width, ({ git, live, cause }, room) => {
    const why = shared === undefined ? causeWords[cause] : '';
    const [left, right] = valuePair(git, live, Math.max(8, Math.floor((room - 12 - why.length) / 2)));
    return `git ${paint.green(left)}  live ${paint.red(right)}${paint.dim(why)}`;
  });
  const title = `${paint.yellow('~')} ${paint.bold(escapeTerminal(id))} ${paint.yellow('differs:')}`;
  const why = causeWords[shared ?? 'unattributed'];
  return [`${title} ${paint.dim(`${escapeTerminal(remoteId)}${why}`)}`, ...lines].join('\n');
}

function missingBlock(missing: Drift['missing'], { paint }: Page): string {
  if (missing.length === 0) return '';
  const lines = missing.map(
    ({ id, source }) => `    ${escapeTerminal(id)} ${paint.dim(`${escapeTerminal(source.file)}:${source.line}`)}`,
  );
  return [`${paint.red('-')} ${paint.bold('Missing')}: in git, not live`, ...lines].join('\n');
}

function summaryLine({ environment, drift, missing, unmanaged, status }: Drift, { paint }: Page): string {
  const words = `${drift.length} differing, ${missing.length} missing, ${unmanaged.length} unmanaged`;
  return `${paint.bold(`Drift of ${environment}:`)} ${status === 'in-sync' ? 'in sync, ' : ''}${words}.`;
}
