import type { Change, FieldChange, Plan, Unmanaged } from '../model/generated/plan.js';
import { escapeTerminal } from './escape-terminal.js';
import { fieldTable } from './field-table.js';
import { headerProblemText } from './header-problem-block.js';
import { layerColumn, originLine } from './origin-line.js';
import type { Page } from './paint.js';
import { refusalText } from './refusal-block.js';
import { trustText } from './trust-block.js';
import { unservedBlock } from './unserved-block.js';
import { cutMiddle, valuePair, valueText } from './value.js';

/**
 * A plan as a reviewer reads it: a block a resource, a line a member, what is in the way, and the summary last. With
 * `override`, an operator's reason, guardrails are not in the way.
 */
export function planText(plan: Plan, page: Page, override?: string): string {
  const changes = plan.changes.map((change) => changeBlock(change, page));
  const blocks = [
    heading(plan, page),
    ...changes,
    cutHint(changes, `plan ${plan.environment} --format markdown`, page),
    storedBlock(plan.changes, page),
    unmanagedBlock(plan.unmanaged, page),
    unservedBlock(plan.unserved, unservedHint, page),
    refusalText(plan.refusals, page, override),
    headerProblemText(plan.problems, page),
    trustText(plan.trust, page),
    summaryLine(plan, page),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** What to do about traffic that an earlier run left unserved. */
export const unservedHint = 'Apply at once: an earlier run did not finish its traffic shift.';

/** Which environment, at which endpoint; whatever is done against loopback says so. */
export function heading(
  { environment, endpoint, simulated }: { environment: string; endpoint?: string; simulated: boolean },
  { paint }: Page,
): string {
  const where = endpoint === undefined ? '' : paint.dim(` at ${escapeTerminal(endpoint)}`);
  return `${paint.bold(environment)}${where}${simulated ? paint.yellow('  SIMULATOR') : ''}`;
}

/** `3 to create, 1 to update, 8 unchanged, 1 unmanaged`. */
export function summaryWords({ create, update, unchanged, unmanaged }: Plan['summary']): string {
  return `${create} to create, ${update} to update, ${unchanged} unchanged, ${unmanaged} unmanaged`;
}

function changeBlock(change: Change, page: Page): string {
  const { paint } = page;
  const isCreate = change.action === 'create';
  const sign = isCreate ? paint.green('+') : paint.yellow('~');
  const place = `${escapeTerminal(change.source.file)}:${change.source.line}`;
  const remote = change.remoteId === null ? '' : ` ${escapeTerminal(change.remoteId)}`;
  const title = `${sign} ${paint.bold(escapeTerminal(change.id))} ${isCreate ? paint.green('create') : paint.yellow(`update${remote}`)}`;
  const why = isCreate ? '' : paint.dim(causeWords[sharedCause(change.fields) ?? 'unattributed']);
  return [`${title}${why}`, `    ${paint.dim(`${place} · ${requestWords(change)}`)}`, ...fieldLines(change, page)].join(
    '\n',
  );
}

function requestWords({ requests }: Change): string {
  return requests.map(({ method }) => method).join(', then ');
}

function fieldLines({ action, fields }: Change, page: Page): string[] {
  const { paint, width } = page;
  const rows = fields.map((field) => ({ ...field, values: [field.before, field.after] as const }));
  const shared = sharedCause(fields);
  const column = layerColumn(fields.flatMap(({ origin }) => origin ?? []));
  return fieldTable(rows, width, ({ before, after, cause, origin }, room) => {
    const below = origin === undefined ? '' : `\n${originText(origin, column, page)}`;
    if (action === 'create') return `${paint.green(cutMiddle(valueText(after), Math.max(12, room)))}${below}`;
    const why = shared === undefined ? causeWords[cause] : '';
    const [left, right] = valuePair(before, after, Math.max(8, Math.floor((room - 3 - why.length) / 2)));
    return `${paint.red(left)} → ${paint.green(right)}${paint.dim(why)}${below}`;
  });
}

/** Under `--explain`. */
function originText(origin: NonNullable<FieldChange['origin']> | null, column: number, page: Page): string {
  return origin === null ? `${' '.repeat(8)}${page.paint.dim(setNowhere)}` : originLine(origin, column, page);
}

/** What sets a field that no manifest sets. */
export const setNowhere = 'set nowhere: the default';

/** The cause of every row, where it is one: it is then said once. */
export function sharedCause(fields: readonly Pick<FieldChange, 'cause'>[]): FieldChange['cause'] | undefined {
  const causes = new Set(fields.map(({ cause }) => cause));
  return causes.size === 1 ? fields[0]?.cause : undefined;
}

/** Why a value differs, behind the row or the title. */
export const causeWords: Record<FieldChange['cause'], string> = {
  change: '',
  pending: ' (not yet applied)',
  drift: ' (edited outside git)',
  conflict: ' (edited on both sides)',
  'stored-differently': ' (stored differently)',
  unattributed: '',
};

/** What to do about what CXone keeps storing otherwise than it is sent; empty where there is nothing of the kind. */
export function storedHint(resources: readonly { readonly fields: readonly Pick<FieldChange, 'cause'>[] }[]): string {
  const isStored = resources.some(({ fields }) => fields.some(({ cause }) => cause === 'stored-differently'));
  return isStored
    ? 'Stored differently: CXone accepted the value and stored another. Write it in the manifest as CXone holds it.'
    : '';
}

/** The same as a block of its own. */
export function storedBlock(resources: Parameters<typeof storedHint>[0], { paint }: Page): string {
  const hint = storedHint(resources);
  return hint === '' ? '' : paint.dim(hint);
}

/** What can't be seen must not be approved unseen: where a value is cut, the command that shows it whole. */
export function cutHint(blocks: readonly string[], command: string, { paint }: Page): string {
  if (!blocks.some((block) => block.includes('…'))) return '';
  return paint.dim(`… stands for what did not fit: \`cxone-gitops ${command}\` shows it.`);
}

/** Live resources without a manifest; shared by plan and drift. */
export function unmanagedBlock(unmanaged: readonly Unmanaged[], { paint }: Page): string {
  if (unmanaged.length === 0) return '';
  const lines = unmanaged.map(({ id, remoteId, trafficSplit }) => {
    const serves = trafficSplit === undefined ? '' : `, serves ${trafficSplit} %`;
    return `    ${escapeTerminal(id)} ${paint.dim(`(${escapeTerminal(remoteId)}${serves})`)}`;
  });
  return [`${paint.cyan('?')} ${paint.bold('Unmanaged')}: live, no manifest, left alone`, ...lines].join('\n');
}

function summaryLine({ environment, summary, only }: Plan, { paint }: Page): string {
  const scope = only.length === 0 ? '' : ` (only ${only.map(escapeTerminal).join(', ')})`;
  const nothing = summary.create + summary.update === 0;
  const words = nothing
    ? `nothing to do, ${summary.unchanged} unchanged, ${summary.unmanaged} unmanaged`
    : summaryWords(summary);
  return `${paint.bold(`Plan for ${environment}:`)} ${words}${scope}.`;
}
