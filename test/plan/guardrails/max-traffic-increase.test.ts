import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { engine, hook, liveEngine } from '../sample.js';
import { refusalsOf } from './refusals.js';

const shift = (before: number, after: number) => ({
  resources: [engine('A@1.0.0', { trafficSplit: 100 - after }), engine('A@2.0.0', { trafficSplit: after }), hook('A')],
  live: [
    liveEngine('a1', 'A@1.0.0', { trafficSplit: 100 - before }),
    liveEngine('a2', 'A@2.0.0', { trafficSplit: before }),
  ],
});

test('a rise by exactly the limit passes, one by a point more does not', () => {
  expect(refusalsOf({ maxTrafficIncrease: 25 }, shift(10, 35))).toEqual([]);
  expect(refusalsOf({ maxTrafficIncrease: 25 }, shift(10, 36))).toEqual([
    {
      code: 'traffic-increase',
      id: 'SpeechEngine/A@2.0.0',
      message: 'its split would rise from 10 to 36, by 26 points, and maxTrafficIncrease is 25',
      hint: 'In one apply it may rise to 35.',
    },
  ]);
});

test('a fall is no rise', () => {
  expect(refusalsOf({ maxTrafficIncrease: 0 }, { ...shift(50, 50), resources: [engine('A@1.0.0')] })).toEqual([]);
});

test('a new version rises from 0', () => {
  const live = [liveEngine('a1', 'A@1.0.0', { trafficSplit: 60 })];
  const resources = [engine('A@1.0.0', { trafficSplit: 60 }), engine('A@2.0.0', { trafficSplit: 40 })];
  expect(refusalsOf({ maxTrafficIncrease: 39 }, { resources, live })).toMatchObject([{ id: 'SpeechEngine/A@2.0.0' }]);
  expect(refusalsOf({ maxTrafficIncrease: 40 }, { resources, live })).toEqual([]);
});

test('to rename a whole name moves no traffic, and raises nothing', () => {
  const renamed = { previousNames: ['Old'] };
  const live = [
    liveEngine('o1', 'Old@1.0.0', { trafficSplit: 90 }),
    liveEngine('o2', 'Old@2.0.0', { trafficSplit: 10 }),
  ];
  const to = (one: number, two: number) => ({
    resources: [
      engine('New@1.0.0', { trafficSplit: one }, renamed),
      engine('New@2.0.0', { trafficSplit: two }, renamed),
    ],
    live,
  });
  expect(refusalsOf({ maxTrafficIncrease: 0 }, to(90, 10))).toEqual([]);
  expect(refusalsOf({ maxTrafficIncrease: 25 }, to(50, 50))).toMatchObject([{ id: 'SpeechEngine/New@2.0.0' }]);
});

test('an engine that a rename brings to a name where others serve rises from 0, though its split stays', () => {
  const resources = [
    engine('IVR@1.0.0', { trafficSplit: 0 }),
    engine('IVR@2.0.0', { trafficSplit: 100 }, { previousNames: ['Trial'] }),
  ];
  const live = [
    liveEngine('i', 'IVR@1.0.0', { trafficSplit: 100 }),
    liveEngine('t', 'Trial@2.0.0', { trafficSplit: 100 }),
  ];
  expect(refusalsOf({ maxTrafficIncrease: 99 }, { resources, live })).toMatchObject([
    { id: 'SpeechEngine/IVR@2.0.0', message: expect.stringContaining('from 0 to 100, by 100 points') },
  ]);
});

test('what --only leaves out does not rise', () => {
  const parts = { ...shift(10, 90), only: ['SpeechEngine/A@1.0.0'] };
  expect(refusalsOf({ maxTrafficIncrease: 25 }, parts)).toEqual([]);
});

test('whatever the splits, a version is refused exactly when it rises by more than the limit', () => {
  const split = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(split, split, split, (before, after, limit) => {
      const refused = refusalsOf({ maxTrafficIncrease: limit }, shift(before, after)).map(({ id }) => id);
      const rises = { 'SpeechEngine/A@1.0.0': before - after, 'SpeechEngine/A@2.0.0': after - before };
      expect(refused).toEqual(Object.entries(rises).flatMap(([id, rise]) => (rise > limit ? [id] : [])));
    }),
  );
});
