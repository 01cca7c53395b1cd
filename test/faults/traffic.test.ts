import { afterEach, describe, expect, test } from 'vitest';
import { engine, liveEngine } from '../cli/manifests.js';
import { everything, served, watch, wrongs } from './scenario.js';
import type { Fate } from './wire.js';
import { closeWorlds, openWorld } from './world.js';

afterEach(closeWorlds);

const faults: [string, Fate][] = [
  ['refused', { status: 403 }],
  ['too late', { status: 412 }],
  ['redirected', { status: 307 }],
  ['answered 500 each time', { status: 500 }],
  ['cut off each time', 'cut-before'],
];

/** The PATCHes that move the traffic of Delta: two that lower it, then the one of the new version that raises it. */
const moves = [1, 2, 3];

describe.each(faults)('a move of traffic that is %s', (_what, fate) => {
  test.each(moves)('as number %i of three leaves as much served as before, and nothing passes 100', async (nth) => {
    const { engines } = everything;
    const delta = everything.documents.slice(3, 6);
    const world = await openWorld({ engines: engines.slice(1, 3), documents: delta });
    const bad: string[] = [];
    let seen = 0;
    let failing: string | undefined;
    world.wire.fate = async ({ method, path }) => {
      bad.push(...(await watch(world)));
      if (method === 'PATCH' && ++seen === nth) failing = path;
      return method === 'PATCH' && path === failing ? fate : undefined;
    };
    expect((await world.apply()).code).toBe(7);
    expect(await served(world, 'Delta')).toBe(100);
    world.wire.fate = () => undefined;
    expect((await world.apply()).code).toBe(0);
    expect([...bad, ...(await watch(world)), ...(await wrongs(world))]).toEqual([]);
  });
});

test('a raise that can not be looked at keeps the traffic down: it may have been done', async () => {
  const { engines } = everything;
  const world = await openWorld({ engines: engines.slice(1, 3), documents: everything.documents.slice(3, 6) });
  let raised: string | undefined;
  world.wire.fate = ({ method, path }) => {
    if (method === 'PATCH' && !/d[12]$/u.test(path)) raised = path;
    return path === raised ? 'cut-after' : undefined;
  };
  expect((await world.apply()).code).toBe(7);
  expect(await served(world, 'Delta')).toBe(100);
  world.wire.fate = () => undefined;
  expect((await world.apply()).code).toBe(0);
  expect(await wrongs(world)).toEqual([]);
});

describe('an apply that is killed when it has lowered what another version is to take over', () => {
  const { engines } = everything;
  const scenario = { engines: engines.slice(1, 3), documents: everything.documents.slice(3, 6) };
  const lowered = async () => {
    const world = await openWorld(scenario);
    let patches = 0;
    // d1 and d2 are lowered, then the new version is raised: that request never arrives.
    await world.killedApply((passing) => passing.startsWith('PATCH') && ++patches === 3, false);
    expect(await served(world, 'Delta')).toBeLessThan(100);
    return world;
  };

  test('is finished by the next run', async () => {
    const world = await lowered();
    const plan = await world.cli(['plan', 'dev', '--format', 'markdown']);
    expect(plan.out).toContain('that traffic is served by no version');
    expect(plan.err).toContain('SpeechEngine/Delta@1.0.0: an earlier run lowered it from 60 % to');
    const again = await world.apply();
    expect([again.code, again.err]).toEqual([0, expect.stringContaining('an earlier run lowered it from 60 % to')]);
    expect(await served(world, 'Delta')).toBe(100);
    expect(await wrongs(world)).toEqual([]);
    expect((await world.cli(['plan', 'dev'])).err).not.toContain('an earlier run lowered it');
  });

  test('gets its traffic back when the next run can not raise it either', async () => {
    const world = await lowered();
    const raise = (path: string) => path.startsWith('/api/v2/speech/engines/') && !/d[12]$/u.test(path);
    world.wire.fate = ({ method, path }) => (method === 'PATCH' && raise(path) ? { status: 403 } : undefined);
    const again = await world.apply();
    expect(again.code).toBe(7);
    expect(again.err + again.out).toContain('its traffic split was restored');
    expect(await served(world, 'Delta')).toBe(100);
    world.wire.fate = () => undefined;
    expect((await world.apply()).code).toBe(0);
    expect(await served(world, 'Delta')).toBe(100);
    expect(await wrongs(world)).toEqual([]);
  });

  test('gets its traffic back though another run has changed it otherwise, and died, too', async () => {
    const world = await lowered();
    const edited = scenario.documents.map((document) => JSON.parse(JSON.stringify(document)));
    edited[0].spec.description = 'edited';
    // What its split is by now stays: the edit is a change of its own.
    await world.manifests(...edited);
    const isRaise = (path: string) => path.startsWith('/api/v2/speech/engines/') && !/d[12]$/u.test(path);
    await world.killedApply((passing) => passing.startsWith('PATCH') && isRaise(passing.slice(6)), false);
    world.wire.fate = ({ method, path }) => (method === 'PATCH' && isRaise(path) ? { status: 403 } : undefined);
    expect((await world.apply()).code).toBe(7);
    expect(await served(world, 'Delta')).toBe(100);
  });

  test('gives back no more than what others leave of 100', async () => {
    const world = await lowered();
    const live = await world.engines();
    const [raised] = live.filter(({ speechEngineId }) => !/^d[12]$/u.test(speechEngineId));
    const free = 100 - live.reduce((sum, { trafficSplit }) => sum + trafficSplit, 0);
    await world.change(raised?.speechEngineId ?? '', { trafficSplit: free - 5, abTestingEnabled: true });
    const raise = (path: string) => path.endsWith(raised?.speechEngineId ?? '?');
    world.wire.fate = ({ method, path }) => (method === 'PATCH' && raise(path) ? { status: 403 } : undefined);
    expect((await world.apply()).code).toBe(7);
    expect(await served(world, 'Delta')).toBe(100);
  });

  test('gives nothing back once the manifests want no other version to take it over', async () => {
    const world = await lowered();
    const live = await world.engines();
    const kept = scenario.documents.map((document) => JSON.parse(JSON.stringify(document)));
    for (const document of kept) {
      const { metadata, spec } = document;
      const now = live.find(({ name, version }) => name === metadata.name && version === spec.version);
      spec.trafficSplit = now?.trafficSplit ?? 0;
    }
    await world.manifests(...kept);
    expect((await world.apply()).code).toBe(0);
    expect(await served(world, 'Delta')).toBe(live.reduce((sum, { trafficSplit }) => sum + trafficSplit, 0));
  });
});

describe('a shift that follows a finished one', () => {
  const canary = (stable: number, candidate: number) => [
    engine('Canary', { trafficSplit: stable }),
    engine('Canary', { version: '2.0.0', trafficSplit: candidate }),
  ];
  const stepped = async () => {
    const world = await openWorld({
      engines: [
        liveEngine('c1', 'Canary', { trafficSplit: 60 }),
        liveEngine('c2', 'Canary', { version: '2.0.0', trafficSplit: 25 }),
      ],
      documents: canary(55, 30),
    });
    expect((await world.apply()).code).toBe(0);
    await world.manifests(...canary(50, 35));
    return world;
  };

  test('is no half-done one, so nothing is said of traffic that nobody serves', async () => {
    const world = await stepped();
    expect((await world.cli(['plan', 'dev'])).err).not.toContain('an earlier run lowered it');
    expect((await world.apply()).err).not.toContain('an earlier run lowered it');
  });

  test('gives back what it took itself, and no more, when the raise is refused', async () => {
    const world = await stepped();
    world.wire.fate = ({ method, path }) => (method === 'PATCH' && path.endsWith('/c2') ? { status: 403 } : undefined);
    expect((await world.apply()).code).toBe(7);
    expect((await world.engines()).map(({ trafficSplit }) => trafficSplit)).toEqual([55, 30]);
  });
});
