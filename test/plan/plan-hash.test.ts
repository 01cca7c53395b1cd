import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/generated/plan.js';
import { sha256 } from '../../src/model/hash.js';
import { parsePlan } from '../../src/plan/parse-plan.js';
import { planHash } from '../../src/plan/plan-hash.js';
import { engine, liveEngine, planOf } from './sample.js';

const { plan } = planOf({
  resources: [engine('B@1.0.0', { description: 'new' }), engine('A@1.0.0')],
  live: [liveEngine('b', 'B@1.0.0')],
});

describe('the hash of a plan', () => {
  test('is that of docs/semantics.md, written out here', () => {
    const [a, b] = plan.changes;
    const essence =
      `{"changes":[{"action":"create","beforeHash":null,"id":"SpeechEngine/A@1.0.0","payloadHash":"${a?.payloadHash}","remoteId":null},` +
      `{"action":"update","beforeHash":"${b?.beforeHash}","id":"SpeechEngine/B@1.0.0","payloadHash":"${b?.payloadHash}","remoteId":"b"}],` +
      '"endpoint":"https://acme.api.nicecxone.com","environment":"prod","formatVersion":1,"only":[]}';
    expect(plan.planHash).toBe(sha256(`cxone-gitops-plan/v1\n${essence}`));
  });

  test('does not depend on the order of changes, on causes, sources, git or manifests', () => {
    const other: Plan = {
      ...plan,
      tool: 'cxone-gitops 9',
      git: { head: null, base: null, dirty: true },
      manifestHash: 'c'.repeat(64),
      changes: plan.changes.toReversed().map((one) => ({ ...one, source: { file: 'x', line: 9 }, fields: [] })),
      unmanaged: [{ id: 'Webhook/x', kind: 'Webhook', name: 'x', remoteId: 'x' }],
    };
    expect(planHash(other)).toBe(plan.planHash);
  });

  test.each<[string, Partial<Plan>]>([
    ['the endpoint', { endpoint: 'https://other.api.nicecxone.com' }],
    ['the environment', { environment: 'dev' }],
    ['--only', { only: ['*'] }],
    ['a change that goes', { changes: plan.changes.slice(1) }],
    ['what is wanted', { changes: plan.changes.map((one) => ({ ...one, payloadHash: 'd'.repeat(64) })) }],
    ['what was live', { changes: plan.changes.map((one) => ({ ...one, beforeHash: 'd'.repeat(64) })) }],
    ['which engine it is', { changes: plan.changes.map((one) => ({ ...one, remoteId: 'other' })) }],
  ])('depends on %s', (_what, over) => {
    expect(planHash({ ...plan, ...over })).not.toBe(plan.planHash);
  });
});

describe('a saved plan', () => {
  test('is read back', () => {
    expect(parsePlan(JSON.stringify(plan))).toEqual(plan);
  });

  test.each<[string, string, RegExp]>([
    ['is not JSON', '{', /not JSON/],
    ['is another document', '{}', /not a plan of this version/],
    [
      'has another format',
      JSON.stringify({ ...plan, formatVersion: 2 }),
      /not a plan of this version: \/formatVersion/,
    ],
    [
      'was saved before plans named the version of the state',
      JSON.stringify({ ...plan, stateVersion: undefined }),
      /^it is a plan of state version 1, and this program reads version 2 only: plan again$/,
    ],
    ['is of a later state', JSON.stringify({ ...plan, stateVersion: 3 }), /^it is a plan of state version 3, /],
    ['names no version', JSON.stringify({ ...plan, stateVersion: '2' }), /not a plan of this version: \/stateVersion/],
    ['has a member too many', JSON.stringify({ ...plan, extra: 1 }), /not a plan of this version/],
    ['was edited', JSON.stringify({ ...plan, changes: plan.changes.slice(1) }), /it was edited/],
    ['has an edited hash', JSON.stringify({ ...plan, planHash: 'e'.repeat(64) }), /it was edited/],
  ])('is refused when it %s', (_what, text, reason) => {
    expect(parsePlan(text)).toEqual(expect.stringMatching(reason));
  });
});
