import { describe, expect, test } from 'vitest';
import { lineDiff, valueLines } from '../../src/report/value-lines.js';

describe('a value as lines', () => {
  test.each([null, 12, true, 'one line', { short: 1 }, ['short']])('is none where one line says it: %j', (value) => {
    expect(valueLines(value)).toBeUndefined();
  });

  test('of a text is its lines', () => {
    expect(valueLines('<grammar>\n  <rule/>\n</grammar>\n')).toEqual(['<grammar>', '  <rule/>', '</grammar>', '']);
  });

  test('of an object or a list is an item a line, members sorted, texts unfolded', () => {
    const rules = [
      { id: 'greeting', pattern: 'hello|hi|good morning', confidence: 0.85, note: 'said when a call begins' },
      'plain',
    ];
    expect(valueLines({ rules, grxml: 'one\ntwo', version: '1.0' })).toEqual([
      'grxml:',
      '  one',
      '  two',
      'rules:',
      '  -',
      '    confidence: 0.85',
      '    id: "greeting"',
      '    note: "said when a call begins"',
      '    pattern: "hello|hi|good morning"',
      '  - "plain"',
      'version: "1.0"',
    ]);
  });

  test('is safe for a log', () => {
    expect(valueLines('a\u001b[31m\n\u202eb\r')).toEqual(['a\\u{1b}[31m', '\\u{202e}b\\r']);
    expect(valueLines({ 'key\n': 'x'.repeat(80) })).toEqual([`key\\n: "${'x'.repeat(80)}"`]);
  });
});

describe('a diff of lines', () => {
  const shown = (before: string, after: string) =>
    lineDiff(before.split(''), after.split('')).map(({ sign, text }) => `${sign}${text}`);

  test('reaches from the first difference to the last, with three lines around', () => {
    expect(shown('abcdefghijkl', 'abcdXfgYijkl')).toEqual([
      ' b',
      ' c',
      ' d',
      '-e',
      '-f',
      '-g',
      '-h',
      '+X',
      '+f',
      '+g',
      '+Y',
      ' i',
      ' j',
      ' k',
    ]);
  });

  test('of an insertion removes nothing, though the lines around it repeat', () => {
    expect(shown('aaa', 'aaaa')).toEqual([' a', ' a', ' a', '+a']);
    expect(shown('ab', 'aXb')).toEqual([' a', '+X', ' b']);
  });

  test('against nothing is all of it', () => {
    expect(shown('', 'ab')).toEqual(['+a', '+b']);
    expect(shown('ab', '')).toEqual(['-a', '-b']);
  });
});
