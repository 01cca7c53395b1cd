import { expect, test } from 'vitest';
import type { Guardrails } from '../../../src/model/guardrails.js';
import { engine, hook, liveEngine, liveHook } from '../sample.js';
import { refusalsOf } from './refusals.js';

const resources = [engine('A@1.0.0', { description: 'new' }), engine('B@1.0.0'), engine('C@1.0.0'), hook('H')];
/** A differs, B is as wanted, C and H are to be created. */
const live = [liveEngine('a', 'A@1.0.0'), liveEngine('b', 'B@1.0.0'), liveEngine('x', 'X@1.0.0')];

const refusals = (maxChanges: Guardrails['maxChanges'], only: readonly string[] = []) =>
  refusalsOf({ maxChanges: maxChanges ?? {} }, { resources, live, only });

test('count limits creates and updates together, and is itself allowed', () => {
  expect(refusals({ count: 3 })).toEqual([]);
  expect(refusals({ count: 2 })).toEqual([
    {
      code: 'too-many-changes',
      id: 'prod',
      message: '3 changes in one apply, and maxChanges.count is 2',
      hint: 'Apply it in parts with --only.',
    },
  ]);
});

test('count 0 allows no change, and none is none', () => {
  expect(refusals({ count: 0 })).toHaveLength(1);
  expect(refusals({ count: 0 }, ['*B@1.0.0'])).toEqual([]);
});

test('percent limits updates among the live resources with a manifest, and is itself allowed', () => {
  expect(refusals({ percent: 50 })).toEqual([]);
  expect(refusals({ percent: 49 })).toMatchObject([
    {
      code: 'too-many-updates',
      message: '1 of 2 live resources with a manifest would change, and maxChanges.percent is 49',
    },
  ]);
});

test('percent does not count creates: a first apply is all creates', () => {
  expect(refusalsOf({ maxChanges: { percent: 0 } }, { resources, live: [liveHook('z', 'Z')] })).toEqual([]);
});

test('percent is exact where the share is no whole number', () => {
  const many = Array.from({ length: 7 }, (_, index) => `E${index}@1.0.0`);
  const wanted = many.map((name, index) => engine(name, index < 2 ? { description: 'new' } : {}));
  const parts = { resources: wanted, live: many.map((name, index) => liveEngine(`e${index}`, name)) };
  // 2 of 7 is 28.57 %.
  expect(refusalsOf({ maxChanges: { percent: 28 } }, parts)).toHaveLength(1);
  expect(refusalsOf({ maxChanges: { percent: 29 } }, parts)).toEqual([]);
});

test('both may be broken at once', () => {
  expect(refusals({ count: 1, percent: 10 }).map(({ code }) => code)).toEqual(['too-many-changes', 'too-many-updates']);
});

test('--only counts what it selects, of all that is live', () => {
  expect(refusals({ count: 1 }, ['SpeechEngine/A@*'])).toEqual([]);
  expect(refusals({ percent: 50 }, ['SpeechEngine/A@*'])).toEqual([]);
});
