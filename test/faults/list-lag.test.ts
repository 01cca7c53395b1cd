import { afterEach, expect, test } from 'vitest';
import { engine } from '../cli/manifests.js';
import { closeWorlds, openWorld } from './world.js';

afterEach(closeWorlds);

test('a plan and a drift run right after an apply that created an engine find nothing, though it is not listed yet', async () => {
  const world = await openWorld({ documents: [engine('A')], assume: ['list-lag=5'] });
  expect((await world.apply()).code).toBe(0);
  expect((await world.cli(['plan', 'dev', '--detailed-exitcode'])).code).toBe(0);
  world.clock.now += 60_000;
  await world.manifests(engine('A'), engine('B'));
  expect((await world.apply()).code).toBe(0);
  const drift = await world.cli(['drift', 'dev']);
  expect(drift.code).toBe(0);
  expect(drift.err).toContain('waiting 5 s');
});

test('an engine that was created long ago is not waited for', async () => {
  const world = await openWorld({ documents: [engine('A')] });
  await world.apply();
  world.clock.now += 60_000;
  await world.manifests(engine('A'), engine('B'));
  world.clock.slept.length = 0;
  expect((await world.cli(['plan', 'dev', '--detailed-exitcode'])).code).toBe(2);
  expect(world.clock.slept).toEqual([]);
});

test.each([
  ['CXone itself answers 500: only the list lag is waited for', 500, 5000, 5000],
  ['a gateway answers 502: the request may still arrive within its time-out', 502, 5001, 60_000],
])('%s', async (_what, status, least, most) => {
  const world = await openWorld({ documents: [engine('A')] });
  world.wire.fate = ({ method, path }) => (method === 'POST' && path.endsWith('/engines') ? { status } : undefined);
  expect((await world.apply()).code).toBe(7);
  const last = world.clock.slept.filter((ms) => ms > 1000).at(-1);
  expect(last).toBeGreaterThanOrEqual(least);
  expect(last).toBeLessThanOrEqual(most);
});
