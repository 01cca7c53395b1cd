import { canonicalJson } from '../model/canonical-json.js';
import type { Json } from '../model/json.js';
import { escapeTerminal } from './escape-terminal.js';

/**
 * Two values of one member as a reader sees them, at most `room` characters on average: what one leaves, the other gets.
 * Of two long ones, what is alike is cut out first.
 */
export function valuePair(before: unknown, after: unknown, room: number): readonly [string, string] {
  const [left, right] = [valueText(before), valueText(after)];
  if (left.length + right.length <= 2 * room) return [left, right];
  if (left.length < room) return [left, cutMiddle(right, 2 * room - left.length)];
  if (right.length < room) return [cutMiddle(left, 2 * room - right.length), right];
  // Little enough of what is alike that the first difference, even one of two code units, is in front of the cut.
  const start = Math.max(0, commonStart(left, right) - Math.floor(room / 4) + 1);
  const cutLeft = cutMiddle(left, room);
  const cutRight = cutMiddle(right, room);
  if (cutLeft !== cutRight) return [cutLeft, cutRight];
  return [cutMiddle(`…${left.slice(start)}`, room), cutMiddle(`…${right.slice(start)}`, room)];
}

/** One value on one line; absent shows as `(none)`. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '(none)';
  // Plan documents hold JSON only; their generated type says unknown.
  return escapeTerminal(typeof value === 'string' ? JSON.stringify(value) : canonicalJson(value as Json));
}

/** Keeps both ends of a long text. */
export function cutMiddle(text: string, room: number): string {
  if (text.length <= room) return text;
  const kept = Math.max(2, room - 1);
  const tail = Math.floor(kept / 2);
  return `${text.slice(0, kept - tail)}…${text.slice(text.length - tail)}`.toWellFormed();
}

/** Of two long texts, what lies between their common start and their common end, with a little of both around it. */
export function differingParts(before: string, after: string): readonly [string, string] {
  const start = commonStart(before, after);
  const most = Math.min(before.length, after.length) - start;
  let end = 0;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const part = (text: string) => {
    const [from, to] = [Math.max(0, start - 20), Math.min(text.length, text.length - end + 20)];
    const inside = valueText(text.slice(from, to).toWellFormed());
    return `${from > 0 ? '…' : ''}${inside}${to < text.length ? '…' : ''}`;
  };
  return [part(before), part(after)];
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
