import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeTerminal, maskTerminal } from '../../src/report/escape-terminal.js';
import { jsonReport } from '../../src/report/json.js';
import { valueLines } from '../../src/report/value-lines.js';

/** What runners look for anywhere in a line: GitHub's, Azure's and TeamCity's. */
const command = /##[a-z]*\[/iu;

test.each(['##[error]x', '##vso[task.setvariable variable=PATH]x', '##VSO[task.complete]', '###vso[x', '####[x'])(
  '%s is a command in no format',
  (text) => {
    for (const printed of [escapeTerminal(text), maskTerminal(text), jsonReport({ [text]: text })]) {
      expect(printed).not.toMatch(command);
    }
    expect(JSON.parse(jsonReport({ [text]: text }))).toEqual({ [text]: text });
  },
);

test('no text makes a command', () => {
  const text = fc.string({ unit: fc.constantFrom('#', '[', 'v', 's', 'O', ':', ' ', '\\') });
  fc.assert(
    fc.property(text, (one) => {
      expect(escapeTerminal(one)).not.toMatch(command);
      expect(jsonReport(one)).not.toMatch(command);
    }),
    { numRuns: 1000 },
  );
});

test('what is ordinary stays as it is', () => {
  for (const text of ['# heading', '## heading [x]', 'a ## b [c]', '#1 [x]', 'a::b'])
    expect(escapeTerminal(text)).toBe(text);
});

test('no member of a long value begins a line with a command', () => {
  const value = { ':': 'x'.repeat(80), '::set-output name=a:': 'x'.repeat(80) };
  for (const line of valueLines(value) ?? ['::none']) expect(line).not.toMatch(/^\s*::/);
});
