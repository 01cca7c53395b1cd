import { afterEach, describe, expect, test } from 'vitest';
import { engine, liveEngine, pipeline, webhook } from '../cli/manifests.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterEach(closeWorlds);

const slowLists = ['update-lag=5'];
const slowReads = ['update-lag=5', 'get-lag=5'];
const split = (version: string, trafficSplit: number) => engine('A', { version, trafficSplit });

/** What the runs after an apply say at once: plan, drift and the audit. */
async function agree(world: World): Promise<void> {
  for (const args of [
    ['plan', 'dev', '--detailed-exitcode'],
    ['drift', 'dev'],
    ['audit', 'verify', 'dev', '--live'],
  ]) {
    expect(await world.cli(args)).toMatchObject({ code: 0 });
  }
}

function writes(world: World): string[] {
  return world.wire.log.filter((one) => /^(PATCH|POST) .*\/(engines|webhooks)/u.test(one));
}

describe.each([
  ['a list', slowLists, false],
  ['a list and a GET', slowReads, true],
])('where %s shows updates 5 s late', (_, assume, waits) => {
  test('plan, drift and the audit agree with an apply that has just updated an engine', async () => {
    const engines = [liveEngine('a', 'A', { description: 'old' })];
    const world = await openWorld({ engines, documents: [engine('A', { description: 'new' })], assume });
    expect((await world.apply()).code).toBe(0);
    await agree(world);
    const waited = world.clock.slept.filter((ms) => ms >= 1000);
    expect(waited).toEqual(waits ? [5000] : []);
  });

  test('an apply that puts an engine back at once does so', async () => {
    const engines = [liveEngine('a', 'A', { description: 'old' })];
    const world = await openWorld({ engines, documents: [engine('A', { description: 'new' })], assume });
    await world.apply();
    await world.manifests(engine('A', { description: 'old' }));
    expect(await world.apply()).toMatchObject({ code: 0 });
    expect(await world.engines()).toMatchObject([{ description: 'old' }]);
    expect(writes(world)).toHaveLength(2);
  });

  test('traffic that has just been shifted is shifted on, by the ETags of now', async () => {
    const engines = [liveEngine('a1', 'A', { trafficSplit: 100 }), liveEngine('a2', 'A', { version: '2.0.0' })];
    const world = await openWorld({ engines, documents: [split('1.0.0', 60), split('2.0.0', 40)], assume });
    expect((await world.apply()).code).toBe(0);
    await world.manifests(split('1.0.0', 20), split('2.0.0', 80));
    expect(await world.apply()).toMatchObject({ code: 0 });
    expect(await world.engines()).toMatchObject([{ trafficSplit: 20 }, { trafficSplit: 80 }]);
    await agree(world);
  });

  test('an engine that was created and then configured is shown as it was configured', async () => {
    const documents = [engine('A', { audioProcessingOptions: pipeline })];
    const world = await openWorld({ documents, assume: [...assume, 'list-lag=2'] });
    expect((await world.apply()).code).toBe(0);
    world.clock.now += 3000;
    await agree(world);
  });

  test('a saved plan that has just been applied is found applied', async () => {
    const engines = [liveEngine('a', 'A', { description: 'old' })];
    const world = await openWorld({ engines, documents: [engine('A', { description: 'new' })], assume });
    await world.cli(['plan', 'dev', '--out', world.file('plan.json')]);
    for (const run of [1, 2]) {
      expect([run, await world.apply('--plan', world.file('plan.json'))]).toMatchObject([run, { code: 0 }]);
    }
    expect(writes(world)).toHaveLength(1);
  });

  test('an outside edit that puts back what we changed is still told, once the lag is over', async () => {
    const engines = [liveEngine('a', 'A', { description: 'old' })];
    const world = await openWorld({ engines, documents: [engine('A', { description: 'new' })], assume });
    await world.apply();
    await world.change('a', { description: 'old' });
    expect((await world.cli(['drift', 'dev'])).code).toBe(2);
    expect(world.clock.slept).toContain(5000);
    const { code, out } = await world.cli(['audit', 'verify', 'dev', '--live']);
    expect(code).toBe(8);
    expect(out).toContain('changed-outside');
  });
});

test('a webhook, which has no address of its own, is waited for', async () => {
  const webhooks = [
    {
      webhookId: 'w',
      name: 'W',
      callbackUrl: 'https://old.example.com/hook',
      filter: { eventTypes: ['speechEngineUpdated'], speechEngineIds: [] },
    },
  ];
  const world = await openWorld({ webhooks, documents: [webhook('W')], assume: slowLists });
  expect((await world.apply()).code).toBe(0);
  const drift = await world.cli(['drift', 'dev']);
  expect(drift).toMatchObject({ code: 0 });
  expect(drift.err).toContain('waiting 5 s: CXone may not show yet what was written just before');
});

test('a runner whose clock was ahead has nobody wait for longer than the lag', async () => {
  const engines = [liveEngine('a', 'A', { description: 'old' })];
  const world = await openWorld({ engines, documents: [engine('A', { description: 'new' })], assume: slowReads });
  world.clock.skew = 600_000;
  await world.apply();
  world.clock.skew = 0;
  world.clock.slept.length = 0;
  expect((await world.cli(['drift', 'dev'])).code).toBe(0);
  expect(world.clock.slept).toEqual([5000]);
});
