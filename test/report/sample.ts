import type { Apply, Outcome } from '../../src/model/generated/apply.js';
import type { Plan } from '../../src/model/generated/plan.js';
import { engine, engineId, hook, liveEngine, liveHook, planOf } from '../plan/sample.js';
import { hostile } from './page.js';

const rule = (id: string, pattern: string) => ({ id, pattern, confidence: 0.85 });
const json = (...rules: ReturnType<typeof rule>[]) => [{ type: 'json', content: { version: '1.0', rules } }];

/** A plan with what a reviewer meets: creates, a shift, long values, keyed lists, unmanaged engines, refusals. */
export const plan: Plan = planOf({
  simulated: true,
  endpoint: 'http://127.0.0.1:4010',
  resources: [
    engine('Production ASR Engine@2.0.0', {
      trafficSplit: 50,
      description: `Optimized for high-decibel call center environments, ${'as measured in the hall '.repeat(3)}in spring`,
      audioProcessingOptions: { noiseSuppression: { enabled: true, noiseFloorDb: -50 } },
    }),
    engine('Production ASR Engine@2.1.0', {
      trafficSplit: 60,
      audioProcessingOptions: { noiseSuppression: { enabled: true } },
    }),
    engine('IVR@1.0.0', { grammarConstraints: json(rule('intent/greeting', 'hello|hi'), rule('intent/bye', 'bye')) }),
    engine('Plain@1.0.0'),
    hook('QA Platform Sync', {
      engines: [engineId('IVR@1.0.0')],
      headers: { 'X-QA': { fromEnv: 'CXONE_WEBHOOK_QA' } },
    }),
  ],
  live: [
    liveEngine('8f1c2d', 'Production ASR Engine@2.0.0', {
      trafficSplit: 90,
      description: `Optimized for high-decibel call center environments, ${'as measured in the hall '.repeat(3)}in winter`,
      audioProcessingOptions: {
        noiseSuppression: { enabled: true, algorithm: 'spectralSubtraction', noiseFloorDb: -45 },
      },
    }),
    liveEngine('1f0a', 'IVR@1.0.0', {
      grammarConstraints: json(rule('intent/bye', 'bye'), rule('intent/greeting', 'hi')),
    }),
    liveEngine('77aa', 'Plain@1.0.0'),
    liveEngine('99ff', 'Production ASR Engine@1.0.0', { trafficSplit: 10 }),
    liveHook('hook-1', 'QA Platform Sync'),
  ],
  guardrails: [
    {
      of: 'head',
      guardrails: { maxChanges: { count: 2, percent: 50 }, protected: ['SpeechEngine/Production ASR Engine@*'] },
    },
  ],
  lastOutcome: ({ remoteId }) =>
    remoteId === '8f1c2d' ? undefined : { payloadHash: 'a'.repeat(64), resultHash: 'b'.repeat(64) },
}).plan;

/** The same plan where everything is as git wants it. */
export const emptyPlan: Plan = planOf({
  resources: [engine('Plain@1.0.0')],
  live: [liveEngine('77aa', 'Plain@1.0.0')],
}).plan;

/** A plan in which every text that can come from outside is hostile. */
export const hostilePlan: Plan = (() => {
  const name = `${hostile}@1.0.0`;
  const built = planOf({
    resources: [
      engine(name, {
        description: hostile,
        trafficSplit: 90,
        grammarConstraints: [...json(rule(hostile, 'new')), { type: 'list', content: { phrases: [hostile] } }],
      }),
      engine(`new ${name}`),
    ],
    live: [
      liveEngine('a', name, { description: `${hostile} before`, grammarConstraints: json(rule(hostile, 'old')) }),
      liveEngine('x', `${hostile}@2.0.0`, { trafficSplit: 30 }),
    ],
  }).plan;
  return {
    ...built,
    endpoint: `https://${hostile}`,
    changes: built.changes.map((one) => ({ ...one, remoteId: hostile, source: { file: hostile, line: 1 } })),
    refusals: built.refusals.map((one) => ({ ...one, message: hostile, hint: hostile })),
    unmanaged: built.unmanaged.map((one) => ({ ...one, remoteId: hostile })),
    only: [hostile],
    trust: {
      hash: 'c'.repeat(64),
      since: 'last-apply' as const,
      changed: (['more', 'given-up'] as const).map((direction) => ({
        setting: hostile,
        before: hostile,
        after: null,
        direction,
      })),
    },
  };
})();

/** An outcome of each status. */
export function outcome(id: string, over: Partial<Outcome> = {}): Outcome {
  return {
    id,
    action: 'update',
    status: 'applied',
    remoteId: '8f1c2d',
    payloadHash: 'a'.repeat(64),
    resultHash: 'a'.repeat(64),
    auditLogId: 'log-1',
    correlationId: 'c0ffee',
    ...over,
  };
}

export function applied(outcomes: readonly Outcome[], over: Partial<Apply> = {}): Apply {
  const done = outcomes.every(({ status }) => status === 'applied' || status === 'already-applied');
  return {
    formatVersion: 1,
    environment: 'prod',
    simulated: false,
    planHash: 'b'.repeat(64),
    status: outcomes.length === 0 ? 'no-changes' : done ? 'applied' : 'incomplete',
    outcomes: [...outcomes],
    requests: { total: 12, retried: 0, rateLimited: 0 },
    ...over,
  };
}
