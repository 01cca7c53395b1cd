import type { Change, FieldChange, Plan, Unmanaged } from '../model/generated/plan.js';
import { code, fence } from './escape-markdown.js';
import { summaryWords } from './plan-text.js';
import { valueText } from './value.js';

/** A job summary holds 1,024 KiB; over that, GitHub refuses the whole of it. */
const defaultBudget = 1_000_000;

/**
 * A plan for a pull request: the summary, what its manifests would change in trusted settings, a table row and a folded
 * diff a resource. What does not fit into `budget` bytes
 * is left out from the end, and said so.
 */
export function planMarkdown(plan: Plan, notices: readonly string[] = [], budget = defaultBudget): string {
  const { environment, endpoint, simulated, summary, changes, unmanaged, refusals, planHash } = plan;
  const head = [
    `### Plan for ${code(environment)}: ${summaryWords(summary)}`,
    `${code(endpoint)}${simulated ? ' **SIMULATOR**' : ''}`,
    ...notices.map((notice) => `> **Trusted settings** ${code(notice)}`),
    ...refusals.map(
      ({ id, message, hint }) =>
        `> **Refused** ${code(id)}: ${code(message)}${hint === undefined ? '' : ` ${code(hint)}`}`,
    ),
  ];
  const foot = [unmanagedList(unmanaged), `Plan hash ${code(planHash)}`].filter((block) => block !== '');
  const rows = changes.map(changeRow);
  const details = changes.map(changeDetails);
  if (changes.length === 0) return `${[...head, 'Nothing to do.', ...foot].join('\n\n')}\n`;

  const room = budget - bytes([...head, ...foot].join('\n\n')) - 1000;
  const shownRows = fitting(rows, room);
  const shownDetails = fitting(details, room - bytes(rows.slice(0, shownRows).join('\n')));
  const table = ['| | resource | members | requests |', '|---|---|---|---|', ...rows.slice(0, shownRows)].join('\n');
  const left = changes.length - Math.min(shownRows, shownDetails);
  const cut = left === 0 ? [] : [`**${left} of ${changes.length} changes are not shown in full**: see the saved plan.`];
  return `${[...head, table, ...details.slice(0, shownDetails), ...cut, ...foot].join('\n\n')}\n`;
}

function changeRow({ action, id, fields, requests }: Change): string {
  const sign = action === 'create' ? '➕ create' : '✏️ update';
  return `| ${sign} | ${code(id)} | ${fields.length} | ${requests.map(({ method }) => method).join(', ')} |`;
}

function changeDetails({ action, id, fields, source }: Change): string {
  const summary = `<summary>${action} ${code(id)}</summary>`;
  const diff = fields.flatMap((field) => diffLines(action, field)).join('\n');
  return `<details>${summary}\n\n${code(`${source.file}:${source.line}`)}\n\n${fence(diff, 'diff')}\n\n</details>`;
}

function diffLines(action: Change['action'], { path, before, after, cause }: FieldChange): string[] {
  const name = valueText(path).slice(2, -1);
  const why = cause === 'change' || cause === 'unattributed' ? '' : `  (${cause})`;
  const added = `+ ${name}: ${valueText(after)}${why}`;
  if (action === 'create') return [added];
  return [`- ${name}: ${valueText(before)}`, added];
}

function unmanagedList(unmanaged: readonly Unmanaged[]): string {
  if (unmanaged.length === 0) return '';
  const shown = unmanaged.slice(0, 50).map(({ id, trafficSplit }) => {
    return `- ${code(id)}${trafficSplit === undefined ? '' : ` serves ${trafficSplit} %`}`;
  });
  const more = unmanaged.length > 50 ? [`- and ${unmanaged.length - 50} more`] : [];
  return ['Live without a manifest, left alone:', '', ...shown, ...more].join('\n');
}

/** How many of the blocks fit into so many bytes, from the first on. */
function fitting(blocks: readonly string[], room: number): number {
  let used = 0;
  let count = 0;
  for (const block of blocks) {
    used += bytes(block) + 2;
    if (used > room) break;
    count += 1;
  }
  return count;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
