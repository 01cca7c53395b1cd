import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validatePlan } from '../../src/model/generated/validate-plan.js';
import { buildPlan } from '../../src/plan/build.js';
import { engine, engineId, hook, liveEngine, liveHook, planInput, planOf, problemsOf } from './sample.js';

describe('a plan', () => {
  test('counts what is to be created, updated, unchanged and unmanaged, and lists changes by id', () => {
    const { plan, changes } = planOf({
      resources: [engine('B@1.0.0', { description: 'new' }), engine('A@1.0.0'), engine('C@1.0.0'), hook('hook')],
      live: [
        liveEngine('b', 'B@1.0.0', { description: 'old' }),
        liveEngine('c', 'C@1.0.0'),
        liveEngine('x', 'X@1.0.0', { trafficSplit: 5 }),
      ],
    });
    expect(plan.summary).toEqual({ create: 2, update: 1, unchanged: 1, unmanaged: 1 });
    expect(plan.changes.map(({ action, id, remoteId }) => [action, id, remoteId])).toEqual([
      ['create', 'SpeechEngine/A@1.0.0', null],
      ['update', 'SpeechEngine/B@1.0.0', 'b'],
      ['create', 'Webhook/hook', null],
    ]);
    expect(changes.map(({ id }) => id)).toEqual(plan.changes.map(({ id }) => id));
    expect(plan.unmanaged).toEqual([
      { id: 'SpeechEngine/X@1.0.0', kind: 'SpeechEngine', name: 'X', version: '1.0.0', trafficSplit: 5, remoteId: 'x' },
    ]);
    validatePlan(plan);
    expect(validatePlan.errors ?? []).toEqual([]);
  });

  test('is empty where live is as git wants it, whatever the server adds or spells out', () => {
    const { plan } = planOf({
      resources: [engine('A@1.0.0', { trafficSplit: 10, description: null })],
      live: [liveEngine('a', 'A@1.0.0', { trafficSplit: 10, abTestingEnabled: true, description: '', region: 'eu' })],
    });
    expect(plan.changes).toEqual([]);
    expect(plan.summary.unchanged).toBe(1);
  });

  test('says what each change would send', () => {
    const pipeline = { audioProcessingOptions: { noiseSuppression: { enabled: true } } };
    const { plan } = planOf({
      resources: [
        engine('A@1.0.0', { trafficSplit: 40 }),
        engine('A@2.0.0', { trafficSplit: 60, ...pipeline }),
        hook('hook'),
      ],
      live: [liveEngine('a1', 'A@1.0.0', { trafficSplit: 100 })],
    });
    expect(plan.changes.map(({ requests }) => requests.map(({ method, path }) => `${method} ${path}`))).toEqual([
      ['PATCH /api/v2/speech/engines/a1'],
      ['POST /api/v2/speech/engines', 'PATCH /api/v2/speech/engines/{speechEngineId}'],
      ['POST /api/v2/webhooks'],
    ]);
  });

  test('is the same, byte for byte, in whatever order manifests and live come', () => {
    const resources = [
      engine('A@1.0.0', { trafficSplit: 40 }),
      engine('A@2.0.0', { trafficSplit: 20 }),
      engine('B@1.0.0', {}, { previousNames: ['Old B'] }),
      engine('D@1.0.0', {}, { engineId: 'd1' }),
      hook('hook', { engines: [engineId('A@2.0.0'), engineId('B@1.0.0')] }),
    ];
    const live = [
      liveEngine('a1', 'A@1.0.0', { trafficSplit: 100 }),
      liveEngine('a3', 'A@3.0.0', { trafficSplit: 50 }),
      liveEngine('a4', 'A@4.0.0', { trafficSplit: 10 }),
      liveEngine('b', 'Old B@1.0.0'),
      liveEngine('d1', 'D@1.0.0'),
      liveEngine('d2', 'D@1.0.0'),
      liveEngine('d3', 'D@1.0.0'),
      liveHook('h', 'hook', { filter: { eventTypes: ['speechEngineUpdated'], speechEngineIds: ['d2', 'b', 'a3'] } }),
    ];
    const text = JSON.stringify(planOf({ resources, live }).plan);
    const orders = fc.tuple(
      fc.shuffledSubarray(resources, { minLength: 5 }),
      fc.shuffledSubarray(live, { minLength: 8 }),
    );
    fc.assert(
      fc.property(orders, ([ofGit, ofLive]) => {
        expect(JSON.stringify(planOf({ resources: ofGit, live: ofLive }).plan)).toBe(text);
      }),
    );
  });
});

describe('what a webhook names', () => {
  const wants = (identity: string) => hook('hook', { engines: [identity] });
  const has = (...ids: string[]) =>
    liveHook('h', 'hook', { filter: { eventTypes: ['speechEngineUpdated'], speechEngineIds: ids } });
  const engines = (live: Parameters<typeof planOf>[0]['live'], resources: Parameters<typeof planOf>[0]['resources']) =>
    planOf({ live: live ?? [], resources: resources ?? [] }).changes.find(({ id }) => id === 'Webhook/hook')?.before?.[
      'engines'
    ];

  test('is the same engine after its rename', () => {
    const renamed = engine('New@1.0.0', {}, { previousNames: ['Old'] });
    const { plan } = planOf({
      resources: [renamed, wants(engineId('New@1.0.0'))],
      live: [liveEngine('e', 'Old@1.0.0'), has('e')],
    });
    expect(plan.changes.map(({ id }) => id)).toEqual(['SpeechEngine/New@1.0.0']);
  });

  test('is called by its identity where it is live without a manifest, and by its id where nothing of that id is live', () => {
    const live = [liveEngine('a', 'A@1.0.0'), liveEngine('x', 'X@1.0.0'), has('x', 'gone')];
    expect(engines(live, [engine('A@1.0.0'), wants(engineId('A@1.0.0'))])).toEqual(['SpeechEngine/X@1.0.0', 'gone']);
  });

  test('is not the managed engine when it is another of the same identity', () => {
    const live = [liveEngine('a', 'A@1.0.0'), liveEngine('twin', 'A@1.0.0'), has('twin')];
    expect(engines(live, [engine('A@1.0.0', {}, { engineId: 'a' }), wants(engineId('A@1.0.0'))])).toEqual(['twin']);
  });
});

describe('--only', () => {
  const resources = [
    engine('A@1.0.0', { trafficSplit: 40 }),
    engine('A@2.0.0', { trafficSplit: 60 }),
    engine('B@1.0.0'),
  ];
  const live = [liveEngine('a1', 'A@1.0.0', { trafficSplit: 100 })];

  test('plans what it names, with * for any text, and says so in the document', () => {
    const { plan } = planOf({ resources, live, only: ['SpeechEngine/B@*'] });
    expect(plan.changes.map(({ id }) => id)).toEqual(['SpeechEngine/B@1.0.0']);
    expect(plan.summary).toEqual({ create: 1, update: 0, unchanged: 0, unmanaged: 0 });
    expect(plan.only).toEqual(['SpeechEngine/B@*']);
  });

  test('that names nothing is refused', () => {
    expect(problemsOf({ resources, live, only: ['SpeechEngine/B@1.0.0', 'SpeechEngine/C*'] })).toEqual([
      'only-matches-nothing: --only SpeechEngine/C*: no manifest has this identity',
    ]);
  });

  test('whose splits would pass 100 names what to add', () => {
    const built = buildPlan(planInput({ resources, live, only: ['SpeechEngine/A@2.0.0'] }));
    if ('plan' in built) throw new Error('it can be planned');
    expect(built.problems).toMatchObject([
      {
        code: 'only-splits-over-100',
        message: 'SpeechEngine/A: with only this selection, its splits would sum to 160',
        hint: 'Select SpeechEngine/A@1.0.0 too.',
      },
    ]);
  });

  test('that leaves out an engine which a webhook needs names it, quoted for a shell', () => {
    const needy = hook('hook', { engines: [engineId("It's@1.0.0")] });
    const built = buildPlan(planInput({ resources: [needy, engine("It's@1.0.0")], only: ['Webhook/*'] }));
    if ('plan' in built) throw new Error('it can be planned');
    expect(built.problems).toMatchObject([
      { code: 'only-leaves-out', hint: "Add --only 'SpeechEngine/It'\\''s@1.0.0'." },
    ]);
    expect(
      planOf({ resources: [needy, engine("It's@1.0.0")], live: [liveEngine('i', "It's@1.0.0")], only: ['Webhook/*'] })
        .plan.changes,
    ).toHaveLength(1);
  });

  test('judges unmanaged against all manifests', () => {
    const { plan } = planOf({ resources, live: [...live, liveEngine('x', 'X@1.0.0')], only: ['SpeechEngine/B@1.0.0'] });
    expect(plan.unmanaged.map(({ id }) => id)).toEqual(['SpeechEngine/X@1.0.0']);
  });
});

describe('--only beside engines that are live under a former name', () => {
  const old = engine('A@2.0.0', { trafficSplit: 20 }, { previousNames: ['Old'] });

  test('counts them under the name that they bear as long as they are not selected', () => {
    const resources = [engine('A@1.0.0', { trafficSplit: 80 }), old];
    const live = [
      liveEngine('a1', 'A@1.0.0', { trafficSplit: 50 }),
      liveEngine('o2', 'Old@2.0.0', { trafficSplit: 60 }),
    ];
    const { plan } = planOf({ resources, live, only: ['SpeechEngine/A@1.0.0'] });
    expect([plan.changes.length, plan.refusals]).toEqual([1, []]);
  });

  test('names an engine that is to leave the name, and serves in it until then', () => {
    const leaving = engine('B@2.0.0', { trafficSplit: 40 }, { previousNames: ['A'] });
    const resources = [engine('A@1.0.0', { trafficSplit: 100 }), leaving];
    const live = [liveEngine('a1', 'A@1.0.0', { trafficSplit: 60 }), liveEngine('a2', 'A@2.0.0', { trafficSplit: 40 })];
    const built = buildPlan(planInput({ resources, live, only: ['SpeechEngine/A@1.0.0'] }));
    if ('plan' in built) throw new Error('it can be planned');
    expect(built.problems).toMatchObject([
      {
        code: 'only-splits-over-100',
        message: 'SpeechEngine/A: with only this selection, its splits would sum to 140',
        hint: 'Select SpeechEngine/B@2.0.0 too.',
      },
    ]);
  });
});

describe('traffic that is not in git', () => {
  const outside = liveEngine('a3', 'A@3.0.0', { trafficSplit: 30 });

  test('counts: a sum over 100 is refused, and says what serves', () => {
    const { plan } = planOf({
      resources: [engine('A@1.0.0', { trafficSplit: 80 })],
      live: [liveEngine('a1', 'A@1.0.0', { trafficSplit: 70 }), outside],
    });
    expect(plan.refusals).toEqual([
      {
        code: 'traffic-over-100',
        id: 'SpeechEngine/A',
        message: 'the splits would sum to 110: live version 3.0.0 (a3) serves 30 without a manifest',
        hint: 'Add a manifest for the live version, or lower the splits in git.',
      },
    ]);
  });

  test('is no obstacle up to 100, nor for another name or kind', () => {
    const live = [
      liveEngine('a1', 'A@1.0.0', { trafficSplit: 60 }),
      outside,
      liveEngine('b', 'B@2.0.0', { trafficSplit: 100 }),
    ];
    expect(planOf({ resources: [engine('A@1.0.0', { trafficSplit: 70 }), hook('B')], live }).plan.refusals).toEqual([]);
  });

  test('counts beside what --only leaves as it is', () => {
    const resources = [engine('A@1.0.0', { trafficSplit: 20 }), engine('A@2.0.0', { trafficSplit: 30 })];
    const live = [liveEngine('a1', 'A@1.0.0', { trafficSplit: 60 }), outside];
    expect(planOf({ resources, live }).plan.refusals).toEqual([]);
    expect(planOf({ resources, live, only: ['*@2.0.0'] }).plan.refusals).toMatchObject([{ id: 'SpeechEngine/A' }]);
  });

  test('is no obstacle for a run that changes nothing of its name', () => {
    const resources = [engine('A@1.0.0', { trafficSplit: 80 }), engine('B@1.0.0')];
    const live = [liveEngine('a1', 'A@1.0.0', { trafficSplit: 80 }), outside];
    expect(planOf({ resources, live }).plan.refusals).toEqual([]);
  });

  test('counts beside what leaves its name later, and what a rename brings', () => {
    const resources = [
      engine('A@1.0.0', { trafficSplit: 80 }),
      engine('B@2.0.0', { trafficSplit: 20 }, { engineId: 'a2' }),
    ];
    const live = [
      liveEngine('a1', 'A@1.0.0', { trafficSplit: 50 }),
      liveEngine('a2', 'A@2.0.0', { trafficSplit: 20 }),
      liveEngine('a3', 'A@3.0.0', { trafficSplit: 10 }),
    ];
    expect(planOf({ resources, live }).plan.refusals).toEqual([]);
    expect(planOf({ resources, live, only: ['SpeechEngine/B*'] }).plan.refusals).toEqual([]);
    const full = [...live, liveEngine('a4', 'A@4.0.0', { trafficSplit: 15 })];
    expect(planOf({ resources, live: full }).plan.refusals).toMatchObject([{ id: 'SpeechEngine/A' }]);
  });

  test('is refused where engines that take each other’s names would pass 100 on the way', () => {
    const resources = [
      engine('B@1.0.0', { trafficSplit: 100 }, { previousNames: ['A'] }),
      engine('A@2.0.0', { trafficSplit: 90 }, { previousNames: ['B'] }),
    ];
    const live = [
      liveEngine('a1', 'A@1.0.0', { trafficSplit: 100 }),
      liveEngine('b2', 'B@2.0.0', { trafficSplit: 90 }),
    ];
    const { plan } = planOf({ resources, live });
    expect(plan.refusals).toMatchObject([
      {
        code: 'traffic-over-100',
        id: 'SpeechEngine/A',
        message:
          'the splits would pass 100 on the way: each of SpeechEngine/A@2.0.0 and SpeechEngine/B@1.0.0 needs the traffic that another one of them still serves',
      },
    ]);
    expect(plan.changes.map(({ requests }) => requests.length)).toEqual([1, 1]);
  });

  test('does not count what --only leaves under its old name', () => {
    const renamed = engine('A@1.0.0', { trafficSplit: 60 }, { previousNames: ['Old'] });
    const live = [liveEngine('a1', 'Old@1.0.0', { trafficSplit: 60 }), outside];
    const resources = [renamed, engine('A@2.0.0', { trafficSplit: 30 })];
    expect(planOf({ resources, live, only: ['*@2.0.0'] }).plan.refusals).toEqual([]);
    expect(planOf({ resources, live }).plan.refusals).toMatchObject([{ code: 'traffic-over-100' }]);
  });
});
