import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesPattern } from '../../src/model/matches-pattern.js';

test.each([
  ['SpeechEngine/IVR@1.0.0', 'SpeechEngine/IVR@1.0.0', true],
  ['SpeechEngine/IVR@1.0.0', 'SpeechEngine/IVR@1.0.00', false],
  ['SpeechEngine/IVR@*', 'SpeechEngine/IVR@2.0.0', true],
  ['SpeechEngine/IVR@*', 'SpeechEngine/IVR 2@2.0.0', false],
  ['*', '', true],
  ['*@2*', 'SpeechEngine/IVR@2.0.0', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['ab*ba', 'aba', false],
  ['a*bc*c', 'abc', false],
  ['A*', 'a', false],
  ['a.c', 'abc', false],
])('the pattern %s and %s: %s', (pattern, text, matches) => {
  expect(matchesPattern(pattern, text)).toBe(matches);
});

test('a pattern matches as its regular expression would', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
  fc.assert(
    fc.property(pattern, text, (given, candidate) => {
      expect(matchesPattern(given, candidate)).toBe(new RegExp(`^${given.replaceAll('*', '.*')}$`).test(candidate));
    }),
    { numRuns: 500 },
  );
});
