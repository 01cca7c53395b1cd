import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeTerminal, maskTerminal } from '../../src/report/escape-terminal.js';
import { jsonReport } from '../../src/report/json.js';
import { dangers, hostile } from './page.js';

describe('text for a terminal', () => {
  test.each([
    ['\u001b[2J', '\\u{1b}[2J'],
    ['\u009b2J', '\\u{9b}2J'],
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['\u202eabc\u2066', '\\u{202e}abc\\u{2066}'],
    ['\u{e0041}\u200b\ufeff\u00ad', '\\u{e0041}\\u{200b}\\u{feff}\\u{ad}'],
    ['\u{1bca0}\u{1d173}\u{13430}', '\\u{1bca0}\\u{1d173}\\u{13430}'],
    ['\ud800', '\\u{d800}'],
    ['\u007f', '\\u{7f}'],
    ['a##[error]b', 'a#\\#[error]b'],
    ['::error::x', '\\::error::x'],
    ['  ::error::x', '  \\::error::x'],
    ['Größe 😀 日本 a::b', 'Größe 😀 日本 a::b'],
  ])('%j shows as %s', (text, shown) => {
    expect(escapeTerminal(text)).toBe(shown);
  });

  test('is safe, whatever it is', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('#', '[', ':', ' ', '\\'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    });
    const odd = fc.constantFrom(
      '\u00ad',
      '\u061c',
      '\u180e',
      '\u200e',
      '\u2028',
      '\u2063',
      '\u2069',
      '\ufff9',
      '\u{e0001}',
      '\u0000',
      '\u009d',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(text, odd)), (parts) => {
        expect(dangers(escapeTerminal(parts.join('')))).toEqual([]);
        expect(dangers(maskTerminal(parts.join('').replaceAll('\n', '')))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps its columns in a code frame', () => {
    expect(maskTerminal('a\t\u001b\u{e0041}b')).toBe('a \ufffd\ufffd\ufffdb');
  });
});

describe('JSON on stdout', () => {
  const document = { [hostile]: [hostile, { nested: '</script><!--' }], number: 1 };

  test('is the same document', () => {
    expect(JSON.parse(jsonReport(document))).toEqual(document);
  });

  test('holds no markup, no control, nothing hidden, and no command', () => {
    const text = jsonReport(document);
    expect(dangers(text)).toEqual([]);
    expect(text).not.toContain('<');
    expect(text.endsWith('}\n')).toBe(true);
  });

  test('is the same document and safe, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: 'binary' }),
        fc.string({ unit: fc.constantFrom('#', '[', '<', ':', '\u0085', '\u202e') }),
        (value, text) => {
          const printed = jsonReport({ value, text });
          // JSON has no -0.
          expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify({ value, text })));
          expect(dangers(printed)).toEqual([]);
          expect(printed).not.toContain('<');
        },
      ),
    );
  });
});
