import { expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { hook, liveHook, planInput } from './sample.js';

const headers = { 'X-Signature': { fromEnv: 'CXONE_WEBHOOK_QA' } };
const trustedTargets = {
  ref: 'origin/main',
  webhooks: [{ variable: 'CXONE_WEBHOOK_QA', origins: ['https://qa.example.com'] }],
};

function refusalsOf(spec: Parameters<typeof hook>[1], live: ReturnType<typeof liveHook>[] = []) {
  const built = buildPlan(planInput({ resources: [hook('Hook', spec)], live, trustedTargets }));
  if (!('plan' in built)) throw new Error('no plan');
  return built.plan.refusals.map(({ code, id, message }) => [code, id, message]);
}

const refused = ['untrusted-target', 'Webhook/Hook', expect.stringContaining('origin/main does not say')];

it('refuses a webhook whose value would go where the ref does not say', () => {
  expect(refusalsOf({ headers })).toEqual([]);
  expect(refusalsOf({})).toEqual([]);
  expect(refusalsOf({ headers, callbackUrl: 'https://qa.example.com:8443' })).toEqual([refused]);
  expect(refusalsOf({ headers: { X: { fromEnv: 'CXONE_WEBHOOK_OTHER' } } })).toEqual([refused]);
});

it('refuses a change of the address alone, for CXone holds the value, and nothing that stays as it is', () => {
  const live = liveHook('w1', 'Hook', { callbackUrl: 'https://a.example.com', headers: { 'X-Signature': '***' } });
  expect(refusalsOf({ headers, callbackUrl: 'https://b.example.com' }, [live])).toEqual([refused]);
  const same = { retryPolicy: { maxRetries: 3, retryIntervalMs: 5000 } };
  expect(refusalsOf({ headers, callbackUrl: 'https://a.example.com', ...same }, [live])).toEqual([]);
});
