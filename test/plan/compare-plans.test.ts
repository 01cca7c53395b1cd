import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { comparePlans } from '../../src/plan/compare-plans.js';
import { engine, liveEngine, planOf } from './sample.js';

const resources = [engine('A@1.0.0', { description: 'new' }), engine('B@1.0.0')];
const a = (over: JsonObject = {}) => liveEngine('a', 'A@1.0.0', over);
const saved = planOf({ resources, live: [a()] });

function against(fresh: ReturnType<typeof planOf>) {
  return comparePlans(saved.plan, fresh.plan, fresh.liveHash);
}

const short = (hash: string | null | undefined) => hash?.slice(0, 12);

describe('a saved plan held against a fresh one', () => {
  test('may be carried out when every change recurs identically', () => {
    expect(against(planOf({ resources, live: [a({ status: 'busy' })] }))).toEqual({ alreadyApplied: [], stale: [] });
  });

  test('knows a change that is live already, a create among them', () => {
    const live = [a({ description: 'new' }), liveEngine('b', 'B@1.0.0')];
    expect(against(planOf({ resources, live }))).toEqual({
      alreadyApplied: ['SpeechEngine/A@1.0.0', 'SpeechEngine/B@1.0.0'],
      stale: [],
    });
  });

  test('is stale when live has moved, and shows both plans', () => {
    const [then] = saved.plan.changes;
    const fresh = planOf({ resources, live: [a({ noiseSuppression: false })] });
    expect(against(fresh).stale).toEqual([
      {
        id: 'SpeechEngine/A@1.0.0',
        saved: `update a (${short(then?.beforeHash)} → ${short(then?.payloadHash)}) /description "" → "new"`,
        fresh: `update a (${short(fresh.plan.changes[0]?.beforeHash)} → ${short(then?.payloadHash)}) /description "" → "new", /noiseSuppression false → true`,
      },
    ]);
  });

  test('names four members of a change that is stale, and cuts long values', () => {
    const wanted = { description: 'x'.repeat(100), noiseSuppression: false, acousticFeatureExtraction: 'enhanced' };
    const more = { ...wanted, trafficSplit: 10, acousticModelId: 'another' };
    const fresh = planOf({ resources: [engine('A@1.0.0', more), engine('B@1.0.0')], live: [a()] });
    const [{ fresh: now } = { fresh: '' }] = against(fresh).stale;
    expect(now).toContain(`/description "" → "${'x'.repeat(59)}…, 2 more`);
    expect(now).toContain('/abTestingEnabled false → true');
  });

  test('is stale when git has moved', () => {
    const fresh = planOf({ resources: [engine('A@1.0.0', { description: 'newer' }), engine('B@1.0.0')], live: [a()] });
    expect(against(fresh).stale.map(({ id }) => id)).toEqual(['SpeechEngine/A@1.0.0']);
  });

  test('is stale when a change is gone and live is not as it wanted', () => {
    const fresh = planOf({ resources: [engine('A@1.0.0', { description: 'new' })], live: [a()] });
    expect(against(fresh).stale).toEqual([
      { id: 'SpeechEngine/B@1.0.0', saved: expect.stringMatching(/^create \([0-9a-f]{12}\)$/), fresh: 'no change' },
    ]);
  });

  test('is stale when there is a change that it has not got', () => {
    const fresh = planOf({ resources: [...resources, engine('C@1.0.0')], live: [a()] });
    expect(against(fresh).stale).toEqual([
      { id: 'SpeechEngine/C@1.0.0', saved: 'no change', fresh: expect.stringMatching(/^create/) },
    ]);
  });

  test('is stale when the engine is another one', () => {
    const fresh = planOf({ resources, live: [liveEngine('a2', 'A@1.0.0')] });
    expect(against(fresh).stale.map((one) => [one.saved.slice(0, 8), one.fresh.slice(0, 9)])).toEqual([
      ['update a', 'update a2'],
    ]);
  });

  test.each([{ environment: 'dev' }, { endpoint: 'https://other.api.nicecxone.com' }, { only: ['*'] }])(
    'is stale when it was made for another run: %o',
    (over) => {
      expect(against(planOf({ resources, live: [a()], ...over })).stale).toMatchObject([{ id: Object.keys(over)[0] }]);
    },
  );
});
