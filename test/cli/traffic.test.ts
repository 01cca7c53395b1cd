import { afterEach, describe, expect, test } from 'vitest';
import { engine, liveEngine } from './manifests.js';
import { closeWorlds, openWorld } from './world.js';

afterEach(closeWorlds);

const id = (printed: string) => ['--only', `SpeechEngine/${printed}`];

/** A@2 is live as Old@2 until it is renamed. */
const former = {
  engines: [
    liveEngine('a1', 'A', { trafficSplit: 100 }),
    liveEngine('a3', 'A', { version: '3.0.0', trafficSplit: 0 }),
    liveEngine('o2', 'Old', { version: '2.0.0', trafficSplit: 30 }),
  ],
  documents: [
    engine('A', { trafficSplit: 40 }),
    engine('A', { version: '2.0.0', trafficSplit: 20 }, { previousNames: ['Old'] }),
    engine('A', { version: '3.0.0', trafficSplit: 30 }),
  ],
};

async function worldOf({ engines, documents }: { engines: readonly object[]; documents: readonly object[] }) {
  const world = await openWorld({ engines });
  await world.write('dev/engines.yaml', ...documents);
  const splits = async () => (await world.engines()).map((one) => [one['speechEngineId'], one['trafficSplit']]);
  return { ...world, splits };
}

describe('beside an engine that is live under a former name', () => {
  test('a refused raise leaves all served', async () => {
    const world = await worldOf(former);
    await world.faults({ method: 'PATCH', path: 'engines/a3$', fault: 'status', status: 403 });
    const args = ['apply', 'dev', '--auto-approve', ...id('A@1.0.0'), ...id('A@3.0.0'), '--format', 'json'];
    const { code, stdout } = await world.cli(...args);
    expect([code, JSON.parse(stdout).unserved]).toEqual([7, undefined]);
    expect(await world.splits()).toEqual([
      ['a1', 100],
      ['a3', 0],
      ['o2', 30],
    ]);
  });

  test('a selection whose true sum is 80 is applied', async () => {
    const world = await worldOf({
      engines: [
        liveEngine('a1', 'A', { trafficSplit: 50 }),
        liveEngine('o2', 'Old', { version: '2.0.0', trafficSplit: 60 }),
      ],
      documents: [
        engine('A', { trafficSplit: 80 }),
        engine('A', { version: '2.0.0', trafficSplit: 20 }, { previousNames: ['Old'] }),
      ],
    });
    expect((await world.cli('apply', 'dev', '--auto-approve', ...id('A@1.0.0'))).code).toBe(0);
    expect(await world.splits()).toEqual([
      ['a1', 80],
      ['o2', 60],
    ]);
  });
});

describe('traffic that stays unserved', () => {
  const shift = {
    engines: [
      liveEngine('a1', 'A', { trafficSplit: 90 }),
      liveEngine('a2', 'A', { version: '2.0.0', trafficSplit: 10 }),
    ],
    documents: [engine('A', { trafficSplit: 50 }), engine('A', { version: '2.0.0', trafficSplit: 50 })],
  };
  const refused = [
    { method: 'PATCH', path: 'engines/a2$', fault: 'status', status: 403 },
    { method: 'PATCH', path: 'engines/a1$', after: 1, fault: 'status', status: 403 },
  ];

  test('is named with its percentage by apply, then by plan and drift, until it is served', async () => {
    const world = await worldOf(shift);
    await world.faults(...refused);
    const applied = await world.cli('apply', 'dev', '--auto-approve');
    expect([applied.code, applied.stdout]).toEqual([
      7,
      expect.stringContaining('40 % of the traffic of A is served by no version.'),
    ]);
    expect(await world.splits()).toEqual([
      ['a1', 50],
      ['a2', 10],
    ]);
    await world.faults();

    const unserved = [{ name: 'A', certain: 40, possible: 40 }];
    for (const command of ['plan', 'drift']) {
      const text = await world.inside(command, 'dev', '--quiet');
      expect(text.stdout).toContain('40 % of the traffic of A is served by no version.');
      const json = await world.inside(command, 'dev', '--format', 'json');
      expect(JSON.parse(json.stdout)).toMatchObject({ unserved });
    }
    const elsewhere = await world.inside('plan', 'dev', ...id('A@1.0.0'), '--format', 'json');
    expect(JSON.parse(elsewhere.stdout)).toMatchObject({ changes: [], unserved });
    expect(elsewhere.stderr).toContain('This plan does not change SpeechEngine/A@2.0.0');

    expect((await world.cli('apply', 'dev', '--auto-approve')).code).toBe(0);
    expect(await world.splits()).toEqual([
      ['a1', 50],
      ['a2', 50],
    ]);
    expect((await world.inside('plan', 'dev', '--format', 'json')).stdout).not.toContain('unserved');
  });
});

test('engines that take each other’s names are refused where one name would pass 100 on the way', async () => {
  const world = await worldOf({
    engines: [
      liveEngine('a1', 'A', { trafficSplit: 100 }),
      liveEngine('b2', 'B', { version: '2.0.0', trafficSplit: 100 }),
    ],
    documents: [
      engine('B', { trafficSplit: 100 }, { previousNames: ['A'] }),
      engine('A', { version: '2.0.0', trafficSplit: 100 }, { previousNames: ['B'] }),
    ],
  });
  const { code, stderr } = await world.cli('apply', 'dev', '--auto-approve');
  expect([code, stderr]).toEqual([5, expect.stringContaining('the splits would pass 100 on the way')]);
  expect(await world.writes()).toEqual([]);
});
