import { expect, test } from 'vitest';
import { jsonSize } from '../../src/plan/json-size.js';
import { readPlan } from '../../src/plan/parse-plan.js';

test('the size of a JSON text is that of its values, whatever its texts hold', () => {
  expect(jsonSize('{"a":[1,{"b":"[[{,\\"["}],"c":"\\\\"}')).toEqual({ values: 6, depth: 3 });
  expect(jsonSize('')).toEqual({ values: 1, depth: 0 });
});

test.each([
  ['values', `[${'{},'.repeat(3_000_000)}{}]`],
  ['depth', '['.repeat(10_000_000)],
])('a text that would fill the memory by its %s is no plan, and is not parsed', (_what, text) => {
  expect(readPlan(text)).toBe('it holds more values than any plan, or nests them deeper');
});
