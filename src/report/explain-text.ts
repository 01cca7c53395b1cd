import type { ExplainedField, Validate } from '../model/generated/validate.js';
import { pointer, pointerSegments } from '../model/pointer.js';
import { shellQuote } from '../model/shell-quote.js';
import { escapeTerminal } from './escape-terminal.js';
import { fieldTable } from './field-table.js';
import { layerColumn, layerText, originLine, placeText } from './origin-line.js';
import type { Page } from './paint.js';
import { cutMiddle, valueText } from './value.js';

type Explained = NonNullable<Validate['explained']>;

/** Every field of a resource with its value; below it the layer and the place that set it, and what that overrides. */
export function explainText({ id, fields }: Explained, environment: string, page: Page): string {
  const { paint, width } = page;
  const layers = fields.flatMap(({ origin, overridden }) => [...(origin === null ? [] : [origin]), ...overridden]);
  const column = layerColumn(layers);
  const rows = fields.map((field) => ({ ...field, path: shortPath(field.path), values: [null, null] as const }));
  const table = fieldTable(rows, width, (field, room) => fieldText(field, Math.max(12, room), column, page));
  const title = `${paint.bold(escapeTerminal(id))} in ${escapeTerminal(environment)}`;
  const hint = table.some((line) => line.includes('…')) ? [cutHint(id, environment, page)] : [];
  return `${[title, ...table, ...hint].join('\n')}\n`;
}

/** As in a plan, paths start below `spec`. */
function shortPath(path: string): string {
  const [first = '', ...rest] = pointerSegments(path);
  return first === 'spec' && rest.length > 0 ? pointer(rest) : path;
}

function fieldText(field: ExplainedField, room: number, column: number, page: Page): string {
  const { paint, width } = page;
  const { origin, overridden } = field;
  const mark = '  default';
  const value =
    origin === null
      ? `${cutMiddle(shownValue(field), room - mark.length)}${paint.dim(mark)}`
      : cutMiddle(shownValue(field), room);
  const others = overridden.map((one) => {
    const place = `${' '.repeat(8)}${layerText(one, column)}  ${placeText(one)}  `;
    const isRemoval = one.value === null && one.hidden !== true;
    const was = isRemoval ? 'takes it away' : one.hidden === true ? 'hidden' : `was ${shownValue(one)}`;
    return paint.dim(`${place}${cutMiddle(was, Math.max(8, width - place.length))}`);
  });
  return [value, ...(origin === null ? [] : [originLine(origin, column, page)]), ...others].join('\n');
}

function shownValue({ value, hidden }: Pick<ExplainedField, 'value' | 'hidden'>): string {
  return hidden === true ? '(hidden: may be a secret)' : valueText(value);
}

function cutHint(id: string, environment: string, { paint }: Page): string {
  const command = `cxone-gitops validate ${environment} --explain ${shellQuote(id)} --format json`;
  return `\n${paint.dim(escapeTerminal(`… stands for what did not fit: \`${command}\` shows it.`))}`;
}
