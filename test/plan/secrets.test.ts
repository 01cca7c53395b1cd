import { describe, expect, test } from 'vitest';
import { comparePlans } from '../../src/plan/compare-plans.js';
import { liveSecrets } from '../../src/plan/live-secrets.js';
import { parsePlan } from '../../src/plan/parse-plan.js';
import type { SentSecret } from '../../src/plan/planned-change.js';
import { hook, liveEngine, liveHook, planOf } from './sample.js';

const headers = { 'X-A': { fromEnv: 'CXONE_WEBHOOK_A' }, 'X-B': { fromEnv: 'CXONE_WEBHOOK_B' } };
const redacted = { headers: { 'X-A': '***', 'X-B': '***' } };
const changed: readonly SentSecret[] = [{ path: '/headers/X-B', why: 'changed' }];

const wanted = [hook('h', { headers })];
const asWanted = { resources: wanted, live: [liveHook('w', 'h', redacted)] };

describe('a plan with a secret to send', () => {
  const without = planOf(asWanted).plan;
  const withSecret = planOf({ ...asWanted, secretsToSend: () => changed });

  test('updates a webhook whose state stays as it is, and shows no value', () => {
    expect(without.changes).toEqual([]);
    expect(withSecret.plan.summary).toMatchObject({ update: 1, unchanged: 0 });
    expect(withSecret.plan.changes).toMatchObject([
      {
        action: 'update',
        id: 'Webhook/h',
        fields: [{ path: '/headers/X-B', before: '(secret)', after: '(changed secret)', cause: 'change' }],
        requests: [{ method: 'PATCH', path: '/api/v2/webhooks/w' }],
      },
    ]);
    const { beforeHash, payloadHash } = withSecret.plan.changes[0] ?? {};
    expect(beforeHash).toBe(payloadHash);
  });

  test('says where somebody asked for it', () => {
    const { plan } = planOf({ ...asWanted, secretsToSend: () => [{ path: '/headers/X-A', why: 'resent' }] });
    expect(plan.changes[0]?.fields).toMatchObject([{ path: '/headers/X-A', after: '(secret, sent again)' }]);
  });

  test('has the hash of the plan without it, so that a preview without secrets and apply agree', () => {
    expect(withSecret.plan.planHash).toBe(without.planHash);
    const edited = { resources: [hook('h', { headers, callbackUrl: 'https://new.example.com' })], live: asWanted.live };
    const both = planOf({ ...edited, secretsToSend: () => changed }).plan;
    expect(both.planHash).toBe(planOf(edited).plan.planHash);
    expect(both.planHash).not.toBe(without.planHash);
    expect(both.changes[0]?.fields.map(({ path }) => path)).toEqual(['/callbackUrl', '/headers/X-B']);
  });

  test('can be saved, and is not stale for its secrets, nor is one that was saved without', () => {
    expect(typeof parsePlan(JSON.stringify(withSecret.plan))).toBe('object');
    for (const [saved, fresh] of [
      [without, withSecret.plan],
      [withSecret.plan, without],
      [withSecret.plan, withSecret.plan],
    ] as const) {
      expect(comparePlans(saved, fresh, () => null)).toEqual({ alreadyApplied: [], stale: [] });
    }
  });

  test('is stale where the webhook itself has changed', () => {
    const edited = planOf({ ...asWanted, resources: [hook('h', { headers, retryPolicy: { maxRetries: 0 } })] }).plan;
    expect(comparePlans(withSecret.plan, edited, () => null).stale).toMatchObject([{ id: 'Webhook/h' }]);
  });
});

describe('the secrets that are live', () => {
  test('are those of live webhooks, each with its variable and where it goes', () => {
    expect(
      liveSecrets([...wanted, hook('new', { headers }), hook('none')], [...asWanted.live, liveHook('n', 'none')]),
    ).toEqual([
      {
        id: 'Webhook/h',
        remoteId: 'w',
        header: 'X-A',
        path: '/headers/x-a',
        place: '/spec/headers/X-A/fromEnv',
        variable: 'CXONE_WEBHOOK_A',
        target: 'https://qa.example.com',
      },
      {
        id: 'Webhook/h',
        remoteId: 'w',
        header: 'X-B',
        path: '/headers/x-b',
        place: '/spec/headers/X-B/fromEnv',
        variable: 'CXONE_WEBHOOK_B',
        target: 'https://qa.example.com',
      },
    ]);
  });

  test('are none where a header is new: then all of them are sent', () => {
    expect(liveSecrets(wanted, [liveHook('w', 'h', { headers: { 'X-A': '***' } })])).toEqual([]);
  });

  test('are those of a webhook that is renamed, too', () => {
    const renamed = [hook('new', { headers }, { previousNames: ['h'] })];
    expect(liveSecrets(renamed, [liveEngine('e', 'IVR@1.0.0'), ...asWanted.live])).toMatchObject([
      { id: 'Webhook/new', remoteId: 'w' },
      { id: 'Webhook/new', remoteId: 'w' },
    ]);
  });
});
