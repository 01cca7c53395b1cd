import { expect, test } from 'vitest';
import { approvedPlan } from '../../../src/commands/apply/approved-plan.js';
import { KnownError } from '../../../src/model/known-error.js';
import type { Refusal } from '../../../src/model/refusal.js';
import { engine, hook, liveHook, planOf } from '../../plan/sample.js';
import { plain } from '../../report/page.js';

const built = planOf({ resources: [engine('New@1.0.0')] });
const closed = (message: string): Refusal => ({ code: 'outside-change-window', id: 'prod', message });
const sum: Refusal = { code: 'traffic-over-100', id: 'SpeechEngine/New', message: 'the splits would sum to 130' };
const withRefusals = (...refusals: Refusal[]) => ({ ...built, plan: { ...built.plan, refusals } });

const context = {
  err: { page: plain, isTerminal: true, write: () => undefined },
  confirm: async () => true,
};

async function outcome(shown: typeof built, now: typeof built, override?: string) {
  // Sound: no other part of the context is used.
  const given = context as unknown as Parameters<typeof approvedPlan>[0];
  const result = await approvedPlan(given, override === undefined ? {} : { override }, shown, [], async () => now);
  return result instanceof KnownError ? [result.code, result.refusals] : result.plan.refusals;
}

test('a change window that closes while the question stands refuses', async () => {
  const now = closed('it is Friday 16:00');
  expect(await outcome(withRefusals(), withRefusals(now))).toEqual(['GuardrailError', [now]]);
});

test('an override passes what was shown, though its words have changed', async () => {
  const now = closed('it is Friday 16:02');
  expect(await outcome(withRefusals(closed('it is Friday 16:00')), withRefusals(now), 'INC-4711')).toEqual([now]);
});

test('an override does not pass what was not there to be seen', async () => {
  const now = closed('it is Friday 16:00');
  expect(await outcome(withRefusals(), withRefusals(now), 'INC-4711')).toEqual(['GuardrailError', [now]]);
});

test('what was not shown because its header values could not be read yet is shown and asked about again', async () => {
  const target = { setting: 'webhooks.A', before: null, after: 'https://b.example.com', direction: 'more' as const };
  const questions: string[] = [];
  const asking = { ...context, confirm: async (question: string) => questions.push(question) > 0 };
  // Sound: no other part of the context is used.
  const given = asking as unknown as Parameters<typeof approvedPlan>[0];
  const live = liveHook('w1', 'Hook', { headers: { X: '' } });
  const input = { resources: [hook('Hook', { headers: { X: { fromEnv: 'CXONE_WEBHOOK_A' } } })], live: [live] };
  const shown = planOf(input);
  const read = planOf({ ...input, secretsToSend: () => [{ path: '/headers/X', why: 'changed' as const }] });
  expect([shown.plan.planHash, shown.plan.changes.length]).toEqual([read.plan.planHash, 0]);
  expect(await approvedPlan(given, {}, shown, [target], async () => read)).toBe(read);
  expect(questions).toEqual([
    'Send A to https://b.example.com? Before: nowhere.',
    expect.stringMatching(/: update 1\?$/),
  ]);
  // Where all was shown, one question is enough.
  expect(await approvedPlan(given, {}, shown, [target], async () => shown)).toBe(shown);
  expect(questions).toHaveLength(3);
});

test('an override never passes the sum of the splits', async () => {
  expect(await outcome(withRefusals(sum), withRefusals(sum), 'INC-4711')).toEqual(['GuardrailError', [sum]]);
});
