import type { AST } from '@eslint-community/regexpp';
import type { Steps } from './steps.js';

/** A set of code points: the first and the last of each range, flat, in ascending order. */
export type CharacterRanges = readonly number[];

const last = 0x10ffff;
const lineEnds = [0x0a, 0x0a, 0x0d, 0x0d, 0x2028, 0x2029];
const digits = [0x30, 0x39];
const word = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
const space = [
  0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f,
  0x3000, 0x3000, 0xfeff, 0xfeff,
];

/** What a property of Unicode costs that is asked for the first time, and what the end of a range costs in a class. */
const stepsOfProperty = 10_000_000;
const stepsOfEnd = 200;

/** What one element of a pattern with the flag `u` matches; nothing when the steps are used up. */
export function rangesOf(
  element: AST.Character | AST.CharacterClass | AST.CharacterSet,
  steps: Steps,
): CharacterRanges {
  if (element.type === 'Character') return [element.value, element.value];
  if (element.type === 'CharacterSet') return rangesOfSet(element, steps);
  const inner = element.elements.flatMap((member): CharacterRanges => {
    if (member.type === 'CharacterClassRange') return [member.min.value, member.max.value];
    return member.type === 'Character' || member.type === 'CharacterSet' ? rangesOf(member, steps) : [0, last];
  });
  steps.left -= inner.length * stepsOfEnd;
  return element.negate ? complement(sorted(inner)) : sorted(inner);
}

/** Whether a code point is in both. */
export function overlap(one: CharacterRanges, other: CharacterRanges): boolean {
  let [left, right] = [0, 0];
  while (left < one.length && right < other.length) {
    const [from, to] = [Math.max(at(one, left), at(other, right)), Math.min(at(one, left + 1), at(other, right + 1))];
    if (from <= to) return true;
    if (at(one, left + 1) < at(other, right + 1)) left += 2;
    else right += 2;
  }
  return false;
}

function rangesOfSet(set: AST.CharacterSet, steps: Steps): CharacterRanges {
  switch (set.kind) {
    case 'any':
      return complement(lineEnds);
    case 'digit':
      return set.negate ? complement(digits) : digits;
    case 'word':
      return set.negate ? complement(word) : word;
    case 'space':
      return set.negate ? complement(space) : space;
    case 'property':
      return rangesOfProperty(set.raw, steps);
  }
}

const properties = new Map<string, CharacterRanges>();

/** The properties of Unicode are many: the engine is asked, once a property. It runs `\p{…}` alone, never a whole pattern. */
function rangesOfProperty(raw: string, steps: Steps): CharacterRanges {
  const known = properties.get(raw);
  if (known !== undefined) return known;
  steps.left -= stepsOfProperty;
  if (steps.left < 0) return [];
  const property = new RegExp(raw, 'u');
  const found: number[] = [];
  // The basic plane tells properties of speech apart; all planes would take twenty times as long.
  for (let point = 0; point <= 0xffff; point += 1) {
    if (!property.test(String.fromCharCode(point))) continue;
    if (found.at(-1) === point - 1) found[found.length - 1] = point;
    else found.push(point, point);
  }
  properties.set(raw, found);
  return found;
}

function complement(ranges: CharacterRanges): CharacterRanges {
  const rest: number[] = [];
  let next = 0;
  for (let index = 0; index < ranges.length; index += 2) {
    if (at(ranges, index) > next) rest.push(next, at(ranges, index) - 1);
    next = at(ranges, index + 1) + 1;
  }
  if (next <= last) rest.push(next, last);
  return rest;
}

/** In order, and those that touch in one. */
function sorted(ranges: CharacterRanges): CharacterRanges {
  const pairs = ranges.flatMap((from, index) => (index % 2 === 0 ? [[from, at(ranges, index + 1)] as const] : []));
  const joined: number[] = [];
  for (const [from, to] of pairs.toSorted(([a], [b]) => a - b)) {
    const end = joined.at(-1);
    if (end !== undefined && from <= end + 1) joined[joined.length - 1] = Math.max(end, to);
    else joined.push(from, to);
  }
  return joined;
}

function at(ranges: CharacterRanges, index: number): number {
  return ranges[index] ?? 0;
}
