import type { ExplainedField, Validate } from '../model/generated/validate.js';
import { pointer, pointerSegments } from '../model/pointer.js';
import { escapeTerminal } from './escape-terminal.js';
import { fieldTable } from './field-table.js';
import type { Page } from './paint.js';
import { shellQuote } from './shell-quote.js';
import { cutMiddle, valueText } from './value.js';

type Explained = NonNullable<Validate['explained']>;

/** Every field of a resource with its value; below it, the layer and the place that set it, and what that overrides. */
export function explainText(explained: Explained, environment: string, page: Page): string {
  const { paint, width } = page;
  const layers = explained.fields.flatMap(({ origin, overridden }) => [
    ...(origin === null ? [] : [origin]),
    ...overridden,
  ]);
  const column = Math.max(0, ...layers.map(({ layer }) => escapeTerminal(layer).length));
  const rows = explained.fields.map((field) => ({
    ...field,
    path: shortPath(field.path),
    values: [null, null] as const,
  }));
  const table = fieldTable(rows, width, (field, room) => fieldText(field, Math.max(12, room), column, page));
  const title = `${paint.bold(escapeTerminal(explained.id))} in ${escapeTerminal(environment)}`;
  const isCut = table.some((line) => line.includes('…'));
  return `${[title, ...table, ...(isCut ? [cutHint(explained.id, environment, page)] : [])].join('\n')}\n`;
}

/** As in a plan, paths start below `spec`. */
function shortPath(path: string): string {
  const [first = '', ...rest] = pointerSegments(path);
  return first === 'spec' && rest.length > 0 ? pointer(rest) : path;
}

function fieldText(field: ExplainedField, room: number, column: number, { paint, width }: Page): string {
  const { value, hidden, origin, overridden } = field;
  const shown = hidden === true ? notShown : valueText(value);
  const first = origin === null ? `${cutMiddle(shown, room - 9)}${paint.dim('  default')}` : cutMiddle(shown, room);
  const set =
    origin === null
      ? []
      : [`${' '.repeat(8)}${paint.cyan(layerText(origin.layer, column))}  ${paint.dim(placeText(origin))}`];
  const others = overridden.map((one) => {
    const place = placeText(one);
    const was =
      one.hidden === true ? `was ${notShown}` : one.value === null ? 'takes it away' : `was ${valueText(one.value)}`;
    const left = width - 8 - column - 2 - place.length - 2;
    return paint.dim(
      `${' '.repeat(8)}${layerText(one.layer, column)}  ${place}  ${cutMiddle(was, Math.max(16, left))}`,
    );
  });
  return [first, ...set, ...others].join('\n');
}

const notShown = '(not shown: it may be a secret)';

function layerText(layer: string, column: number): string {
  return escapeTerminal(layer).padEnd(column);
}

/** Where a field is set, as editors and terminals link it. */
export function placeText({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${escapeTerminal(file)}:${line}`;
}

function cutHint(id: string, environment: string, { paint }: Page): string {
  const command = `cxone-gitops validate ${environment} --explain ${shellQuote(id)} --format json`;
  return `\n${paint.dim(escapeTerminal(`… stands for what did not fit: \`${command}\` shows it.`))}`;
}
