import { expect, test } from 'vitest';
import { isOverridable } from '../../../src/model/refusal.js';
import { engine, liveEngine, planOf } from '../sample.js';

const resources = [engine('A@1.0.0', { trafficSplit: 90 }), engine('B@1.0.0')];

test('the plan as a whole comes first, and each reason is there', () => {
  const guardrails = {
    maxChanges: { count: 1 },
    maxTrafficIncrease: 25,
    protected: ['*'],
    changeWindows: { timeZone: 'UTC', windows: [{ days: ['monday' as const], from: '09:00', to: '16:00' }] },
  };
  const { refusals } = planOf({ resources, guardrails: [{ of: 'head', guardrails }] }).plan;
  expect(refusals.map(({ code, id }) => `${code} ${id}`)).toEqual([
    'outside-change-window prod',
    'too-many-changes prod',
    'protected SpeechEngine/A@1.0.0',
    'protected SpeechEngine/B@1.0.0',
    'traffic-increase SpeechEngine/A@1.0.0',
  ]);
});

test('all sets must pass: what both refuse is told once, what one refuses is told as its own', () => {
  const { refusals } = planOf({
    resources,
    guardrails: [
      { of: 'head', guardrails: { maxTrafficIncrease: 25, maxChanges: { count: 1 } } },
      { of: 'the last apply', guardrails: { maxTrafficIncrease: 25, protected: ['SpeechEngine/A@*'] } },
    ],
  }).plan;
  expect(refusals.map(({ message }) => message)).toEqual([
    '2 changes in one apply, and maxChanges.count is 1 (guardrails of head)',
    'it would be created, and is protected by SpeechEngine/A@* (guardrails of the last apply)',
    'its split would rise from 0 to 90, by 90 points, and maxTrafficIncrease is 25',
  ]);
});

test('limits that differ are both told', () => {
  const sets = [10, 20].map((limit) => ({ of: `set ${limit}`, guardrails: { maxTrafficIncrease: limit } }));
  const { refusals } = planOf({ resources, guardrails: sets }).plan;
  expect(refusals.map(({ message }) => message.slice(-40))).toEqual([
    'TrafficIncrease is 10 (guardrails of set 10)'.slice(-40),
    'TrafficIncrease is 20 (guardrails of set 20)'.slice(-40),
  ]);
});

test('they are no part of the planHash', () => {
  const hash = (count: number) =>
    planOf({ resources, guardrails: [{ of: 'head', guardrails: { maxChanges: { count } } }] }).plan.planHash;
  expect(hash(0)).toBe(hash(9));
});

test('an override passes every guardrail, and never the sum of the splits', () => {
  const { refusals } = planOf({
    resources,
    live: [liveEngine('a2', 'A@2.0.0', { trafficSplit: 30 })],
    guardrails: [{ of: 'head', guardrails: { maxChanges: { count: 0 } } }],
  }).plan;
  expect(refusals.map((refusal) => [refusal.code, isOverridable(refusal)])).toEqual([
    ['traffic-over-100', false],
    ['too-many-changes', true],
  ]);
  expect(isOverridable({ code: 'trust', id: 'prod', message: 'of a rule that nobody has thought of here' })).toBe(
    false,
  );
});
