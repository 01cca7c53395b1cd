import type { Change, FieldChange, Plan, Unmanaged } from '../model/generated/plan.js';
import { pointerSegments } from '../model/pointer.js';
import { code, fence } from './escape-markdown.js';
import { escapeTerminal } from './escape-terminal.js';
import { headerProblemMarkdown } from './header-problem-block.js';
import { placeText } from './origin-line.js';
import { causeWords, setNowhere, storedHint, summaryWords } from './plan-text.js';
import { refusalMarkdown } from './refusal-block.js';
import { trustMarkdown } from './trust-block.js';
import { differingParts, valueText } from './value.js';
import { lineDiff, valueLines } from './value-lines.js';

/** A job summary holds 1,024 KiB; over that, GitHub refuses the whole of it. */
const defaultBudget = 1_000_000;

/** Two texts of so many characters on one line each can't be compared by eye. */
const longText = 100;

/** What a reviewer must know beside the plan. */
export interface Notice {
  readonly about: 'Trusted settings' | 'Catalogue' | 'Traffic' | 'Header values';
  readonly message: string;
}

/**
 * A plan for a pull request: the summary, what else there is to know, a table row and a folded diff a resource, whole values in it. What does not fit into `budget` bytes is left out from the end, and said so.
 */
export function planMarkdown(plan: Plan, notices: readonly Notice[] = [], budget = defaultBudget): string {
  const { environment, endpoint, simulated, summary, changes, unmanaged, refusals, trust, planHash } = plan;
  const head = [
    `### Plan for ${code(environment)}: ${summaryWords(summary)}`,
    `${code(endpoint)}${simulated ? ' **SIMULATOR**' : ''}`,
    ...trustMarkdown(trust),
    ...notices.map(({ about, message }) => `> **${about}** ${code(message)}`),
    ...refusalMarkdown(refusals),
    ...headerProblemMarkdown(plan.problems),
  ];
  const foot = [
    storedHint(changes),
    unmanagedList(unmanaged),
    `Plan hash ${code(planHash)}${commitWords(plan.git)}`,
  ].filter((block) => block !== '');
  const rows = changes.map(changeRow);
  const details = changes.map(changeDetails);
  if (changes.length === 0) return `${[...head, 'Nothing to do.', ...foot].join('\n\n')}\n`;

  const room = budget - bytes([...head, ...foot].join('\n\n')) - 1000;
  const shownRows = fitting(rows, room);
  const shownDetails = fitting(details, room - bytes(rows.slice(0, shownRows).join('\n')));
  const table = ['| | resource | changes | requests |', '|---|---|---|---|', ...rows.slice(0, shownRows)].join('\n');
  const left = changes.length - Math.min(shownRows, shownDetails);
  const cut = left === 0 ? [] : [`**${left} of ${changes.length} changes are not shown in full**: see the saved plan.`];
  return `${[...head, table, ...details.slice(0, shownDetails), ...cut, ...foot].join('\n\n')}\n`;
}

function changeRow(change: Change): string {
  const sign = change.action === 'create' ? '➕ create' : '✏️ update';
  const requests = change.requests.map(({ method }) => method).join(', then ');
  return `| ${sign} | ${code(change.id)} | ${changeWords(change)} | ${requests} |`;
}

/** What a reviewer looks for first: where traffic goes, what was called something else, and what would be undone. */
function changeWords({ action, fields }: Change): string {
  const words = fields.flatMap((field) => (field.path === '/trafficSplit' ? [trafficWords(action, field)] : []));
  if (action === 'create') return words.join('');
  const renamed = fields.flatMap(({ path, before }) =>
    path === '/name' ? [`renamed from ${code(String(before))}`] : [],
  );
  const members = new Set(fields.map(({ path }) => pointerSegments(path)[0] ?? ''));
  for (const told of ['trafficSplit', 'abTestingEnabled', 'name']) members.delete(told);
  const causes = new Set(fields.map(({ cause }) => causeWords[cause]));
  return `${[...words, ...renamed, ...[...members].map(code)].join(', ')}${[...causes].join('')}`;
}

function trafficWords(action: Change['action'], { before, after }: FieldChange): string {
  if (action === 'update') return `traffic ${code(`${valueText(before)} → ${valueText(after)} %`)}`;
  return after === 0 ? 'no traffic' : `traffic ${code(`${valueText(after)} %`)}`;
}

function changeDetails({ action, id, fields, source }: Change): string {
  const summary = `<summary>${action} ${code(id)}</summary>`;
  const diff = fields.flatMap((field) => [...fieldLines(action, field), ...originLines(field)]).join('\n');
  return `<details>${summary}\n\n${code(`${source.file}:${source.line}`)}\n\n${fence(diff, 'diff')}\n\n</details>`;
}

/** Under `--explain`. */
function originLines({ origin }: FieldChange): string[] {
  if (origin === undefined) return [];
  return [`    ${origin === null ? setNowhere : `set in ${placeText(origin)} (${escapeTerminal(origin.layer)})`}`];
}

/** One side alone is an addition or a removal. Lines of a value are marked, so that none can pass for a member. */
function fieldLines(action: Change['action'], { path, before, after, cause }: FieldChange): string[] {
  const name = fieldName(path, [before, after]);
  const why = causeWords[cause];
  const [left, right] = [valueLines(before), valueLines(after)];
  if (left === undefined && right === undefined) {
    const removed = action === 'create' || before === null ? [] : [`- ${name}: ${valueText(before)}${why}`];
    const added = after === null ? [] : [`+ ${name}: ${valueText(after)}${why}`];
    return [...removed, ...added, ...whereTexts(before, after)];
  }
  const lines = lineDiff(left ?? oneLine(before), right ?? oneLine(after));
  const sign = action === 'create' || before === null ? '+' : after === null ? '-' : ' ';
  return [`${sign} ${name}:${why}`, ...lines.map((line) => `${line.sign}   | ${line.text}`)];
}

function oneLine(value: unknown): string[] {
  return value === null ? [] : [valueText(value)];
}

/** The names down to the value; an item of a set is named by its value, so its key is not repeated. */
function fieldName(path: string, values: readonly unknown[]): string {
  const segments = pointerSegments(path);
  if (segments.length > 1 && values.includes(segments.at(-1))) segments.pop();
  return segments.map(escapeTerminal).join(' / ');
}

/** Of two texts too long to compare by eye, the part that differs. */
function whereTexts(before: unknown, after: unknown): string[] {
  if (typeof before !== 'string' || typeof after !== 'string') return [];
  if (Math.max(before.length, after.length) <= longText) return [];
  const [left, right] = differingParts(before, after);
  return [`    differs in: ${left} → ${right}`];
}

function unmanagedList(unmanaged: readonly Unmanaged[]): string {
  if (unmanaged.length === 0) return '';
  const shown = unmanaged.slice(0, 50).map(({ id, trafficSplit }) => {
    return `- ${code(id)}${trafficSplit === undefined ? '' : ` serves ${trafficSplit} %`}`;
  });
  const more = unmanaged.length > 50 ? [`- and ${unmanaged.length - 50} more`] : [];
  return ['Live without a manifest, left alone:', '', ...shown, ...more].join('\n');
}

/** What was planned can be looked up, unless it stands in no commit. */
function commitWords({ head, dirty }: Plan['git']): string {
  if (head === null) return '';
  return ` of commit ${code(head)}${dirty ? ' **with uncommitted changes**' : ''}`;
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
