import { isJsonObject } from '../model/json.js';
import { escapeTerminal } from './escape-terminal.js';
import { valueText } from './value.js';

/** Longer than this, an object or a list on one line is not read but scrolled over. */
const oneLine = 80;

/**
 * A value as lines that can be compared one by one: a text line by line, an object or a list an item a line. Undefined
 * for what is read best on the line of its name.
 */
export function valueLines(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return value.includes('\n') ? textLines(value) : undefined;
  if (typeof value !== 'object' || value === null || valueText(value).length <= oneLine) return undefined;
  return outline(value);
}

function textLines(text: string): string[] {
  return text.split('\n').map(escapeTerminal);
}

/** Members sorted, as canonical JSON has them: order is not state. */
function outline(value: object): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => entry('-', item));
  if (!isJsonObject(value)) return [];
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return members.flatMap(([member, inner]) => entry(escapeTerminal(`${member}:`), inner));
}

function entry(name: string, value: unknown): string[] {
  const lines = valueLines(value);
  return lines === undefined ? [`${name} ${valueText(value)}`] : [name, ...lines.map((line) => `  ${line}`)];
}

/** A line of a diff: what both sides have, the old side only, or the new one. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Lines around what differs that tell where it is. */
const context = 3;

/** From the first line that differs to the last one; nothing between them is left out. */
export function lineDiff(before: readonly string[], after: readonly string[]): DiffLine[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const signed = (sign: DiffLine['sign'], lines: readonly string[]) => lines.map((text) => ({ sign, text }));
  return [
    ...signed(' ', before.slice(Math.max(0, start - context), start)),
    ...signed('-', before.slice(start, before.length - end)),
    ...signed('+', after.slice(start, after.length - end)),
    ...signed(' ', after.slice(after.length - end, after.length - Math.max(0, end - context))),
  ];
}
