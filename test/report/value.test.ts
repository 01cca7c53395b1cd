import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json.js';
import { cutMiddle, valuePair, valueText } from '../../src/report/value.js';

describe('a value on one line', () => {
  test.each<[unknown, string]>([
    [null, '(none)'],
    [undefined, '(none)'],
    ['(none)', '"(none)"'],
    ['', '""'],
    [true, 'true'],
    [{ b: 1, a: [null] }, '{"a":[null],"b":1}'],
    ['two\nlines', '"two\\nlines"'],
    ['\u202e\u0085', '"\\u{202e}\\u{85}"'],
  ])('%j is %s', (value, text) => {
    expect(valueText(value)).toBe(text);
  });

  test('tells apart whatever differs, escapes included', () => {
    const text = fc.string({
      unit: fc.constantFrom('\u001b', '\u0085', '\\', 'u', '{85}', '001b', '#', '[', '"', '\n', 'n'),
    });
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(valueText(one) === valueText(other)).toBe(one === other);
      }),
    );
  });
});

describe('a long text', () => {
  test('keeps both ends, within the room', () => {
    expect(cutMiddle('abcdefghij', 10)).toBe('abcdefghij');
    expect(cutMiddle('abcdefghijk', 10)).toBe('abcde…hijk');
  });

  test('is never cut inside of a character', () => {
    for (let room = 3; room < 12; room += 1) expect(cutMiddle('😀'.repeat(8), room).isWellFormed()).toBe(true);
  });
});

describe('two values', () => {
  test('that fit are whole', () => {
    expect(valuePair('a', 'b', 8)).toEqual(['"a"', '"b"']);
  });

  test('that fit together are whole, whichever is the longer', () => {
    expect(valuePair('abcdefgh', '', 6)).toEqual(['"abcdefgh"', '""']);
    expect(valuePair('', 'abcdefgh', 6)).toEqual(['""', '"abcdefgh"']);
  });

  test('share the room: what the short one leaves, the long one gets', () => {
    expect(valuePair('a', 'abcdefghijklmnop', 6)).toEqual(['"a"', '"abc…nop"']);
    expect(valuePair('abcdefghijklmnop', 'a', 6)).toEqual(['"abc…nop"', '"a"']);
  });

  test('that differ far inside show the difference', () => {
    const [left, right] = valuePair(`${'x'.repeat(50)}1${'y'.repeat(50)}`, `${'x'.repeat(50)}2${'y'.repeat(50)}`, 20);
    expect(left).toContain('x1y');
    expect(right).toContain('x2y');
  });

  test('look different whenever they are, in whatever room, and stay within it', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '😀', '😁', '𐐀', '\u001b', '"'), maxLength: 30 });
    const value = fc.oneof(
      fc.tuple(part, part).map(([start, end]) => `common start ${start}${'='.repeat(20)}${end}`),
      fc.tuple(part, part).map(([start, end]): Json => [start, { [end]: start }]),
      fc.integer(),
    );
    fc.assert(
      fc.property(value, value, fc.integer({ min: 8, max: 60 }), (one, other, room) => {
        const [left, right] = valuePair(one, other, room);
        expect(left === right).toBe(valueText(one) === valueText(other));
        expect(left.length + right.length).toBeLessThanOrEqual(2 * room);
      }),
      { numRuns: 2000 },
    );
  });
});
