import { expect, test } from 'vitest';
import { engine, hook, liveEngine } from '../sample.js';
import { refusalsOf } from './refusals.js';

const parts = {
  resources: [
    engine('Prod@1.0.0', { description: 'new' }),
    engine('Prod@2.0.0'),
    engine('Test@1.0.0', { description: 'new' }),
    hook('Prod'),
  ],
  live: [liveEngine('p1', 'Prod@1.0.0'), liveEngine('t1', 'Test@1.0.0')],
};

test('every change of what a pattern names is refused, creates too, and nothing else', () => {
  expect(refusalsOf({ protected: ['SpeechEngine/Prod@*'] }, parts)).toEqual([
    {
      code: 'protected',
      id: 'SpeechEngine/Prod@1.0.0',
      message: 'it would be changed, and is protected by SpeechEngine/Prod@*',
      hint: 'Take the change back, or leave it out with --only.',
    },
    expect.objectContaining({
      id: 'SpeechEngine/Prod@2.0.0',
      message: 'it would be created, and is protected by SpeechEngine/Prod@*',
    }),
  ]);
});

test('an identity without a star protects just that one', () => {
  const refusals = refusalsOf({ protected: ['SpeechEngine/Prod@1.0.0', 'Webhook/Prod'] }, parts);
  expect(refusals.map(({ id, message }) => [id, message])).toEqual([
    ['SpeechEngine/Prod@1.0.0', 'it would be changed, and is protected'],
    ['Webhook/Prod', 'it would be created, and is protected'],
  ]);
});

test('what is as wanted, and what --only leaves out, is not changed', () => {
  expect(refusalsOf({ protected: ['*'] }, { ...parts, only: ['*Test*'] }).map(({ id }) => id)).toEqual([
    'SpeechEngine/Test@1.0.0',
  ]);
  expect(
    refusalsOf({ protected: ['*'] }, { resources: [engine('A@1.0.0')], live: [liveEngine('a', 'A@1.0.0')] }),
  ).toEqual([]);
});

test.each([['SpeechEngine/Old@*'], ['SpeechEngine/New@*']])('a rename away from or to %s is refused', (pattern) => {
  const resources = [engine('New@1.0.0', {}, { previousNames: ['Old'] })];
  expect(refusalsOf({ protected: [pattern] }, { resources, live: [liveEngine('o', 'Old@1.0.0')] })).toMatchObject([
    { id: 'SpeechEngine/New@1.0.0' },
  ]);
});

test('of several patterns that match, it is refused once', () => {
  expect(refusalsOf({ protected: ['*', 'SpeechEngine/*'] }, { ...parts, only: ['*Test*'] })).toHaveLength(1);
});
