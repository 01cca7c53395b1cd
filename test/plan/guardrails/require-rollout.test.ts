import { expect, test } from 'vitest';
import { engine, liveEngine } from '../sample.js';
import { refusalsOf } from './refusals.js';

const rule = { requireRollout: true };
const live = [liveEngine('a1', 'A@1.0.0', { trafficSplit: 90 }), liveEngine('a2', 'A@2.0.0', { trafficSplit: 10 })];
const shifted = [engine('A@1.0.0', { trafficSplit: 50 }), engine('A@2.0.0', { trafficSplit: 50 })];

test('a split that rises beside a version that serves is refused without a rollout', () => {
  expect(refusalsOf(rule, { resources: shifted, live })).toEqual([
    {
      code: 'no-rollout',
      id: 'SpeechEngine/A@2.0.0',
      message: 'its split would rise from 10 to 50 beside 1.0.0, which serves 90, without a rollout',
      hint: expect.stringContaining('rollout'),
    },
  ]);
  expect(refusalsOf({ requireRollout: false }, { resources: shifted, live })).toEqual([]);
});

test('a rollout in the manifest of the rising version is enough, one in the other is not', () => {
  const [falls, rises] = shifted;
  if (falls === undefined || rises === undefined) throw new Error('there are two');
  const rollout = { baseline: 'A@1.0.0' };
  expect(refusalsOf(rule, { resources: [falls, { ...rises, rollout }], live })).toEqual([]);
  expect(refusalsOf(rule, { resources: [{ ...falls, rollout }, rises], live })).toHaveLength(1);
});

test('a new version beside one that serves needs a rollout, a first version does not', () => {
  const resources = [engine('A@1.0.0', { trafficSplit: 60 }), engine('A@3.0.0', { trafficSplit: 40 })];
  const first = live.slice(0, 1);
  expect(refusalsOf(rule, { resources, live: first })).toMatchObject([{ id: 'SpeechEngine/A@3.0.0' }]);
  expect(refusalsOf(rule, { resources, live: [] })).toEqual([]);
});

test('a version that serves alone may rise, and any may change without rising', () => {
  const alone = [engine('A@1.0.0', { trafficSplit: 100 }), engine('A@2.0.0')];
  const parked = [liveEngine('a1', 'A@1.0.0', { trafficSplit: 50 }), liveEngine('a2', 'A@2.0.0')];
  expect(refusalsOf(rule, { resources: alone, live: parked })).toEqual([]);
  const edited = [engine('A@1.0.0', { trafficSplit: 90, description: 'new' }), engine('A@2.0.0', { trafficSplit: 5 })];
  expect(refusalsOf(rule, { resources: edited, live })).toEqual([]);
});

test('a live version without a manifest serves, too', () => {
  const resources = [engine('A@2.0.0', { trafficSplit: 10 })];
  const others = [liveEngine('a1', 'A@1.0.0', { trafficSplit: 90 })];
  expect(refusalsOf(rule, { resources, live: others })).toMatchObject([{ id: 'SpeechEngine/A@2.0.0' }]);
});

test('an engine that a rename brings beside a version that serves rises there', () => {
  const resources = [
    engine('A@1.0.0', { trafficSplit: 0 }),
    engine('A@2.0.0', { trafficSplit: 10 }, { previousNames: ['Trial'] }),
  ];
  const others = [
    liveEngine('a1', 'A@1.0.0', { trafficSplit: 90 }),
    liveEngine('t', 'Trial@2.0.0', { trafficSplit: 10 }),
  ];
  expect(refusalsOf(rule, { resources, live: others })).toMatchObject([{ id: 'SpeechEngine/A@2.0.0' }]);
});

test('versions that are renamed together serve beside each other', () => {
  const renamed = { previousNames: ['A'] };
  const to = (one: number, two: number) => [
    engine('B@1.0.0', { trafficSplit: one }, renamed),
    engine('B@2.0.0', { trafficSplit: two }, renamed),
  ];
  expect(refusalsOf(rule, { resources: to(90, 10), live })).toEqual([]);
  expect(refusalsOf(rule, { resources: to(50, 50), live })).toMatchObject([{ id: 'SpeechEngine/B@2.0.0' }]);
});
