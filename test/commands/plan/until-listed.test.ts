import { expect, test } from 'vitest';
import { untilListed } from '../../../src/commands/plan/until-listed.js';
import type { JsonObject } from '../../../src/model/json.js';
import { buildPlan } from '../../../src/plan/build.js';
import { engine, liveEngine, planInput } from '../../plan/sample.js';

const created = 1_000_000;
const lag = 5000;

/** Whether a plan made `sinceMs` after the last create is to be made again, and how long that waits. */
async function wait(
  wanted: JsonObject,
  live: readonly JsonObject[],
  sinceMs: number,
  liveName = 'A',
): Promise<[boolean, number[]]> {
  const slept: number[] = [];
  const resources = [engine('A@1.0.0', wanted, { previousNames: ['Old'] })];
  const engines = live.map((spec) => liveEngine('a', `${liveName}@1.0.0`, spec));
  const built = buildPlan(planInput({ resources, live: engines }));
  if (!('plan' in built)) throw new Error('it can be planned');
  const at = created + sinceMs;
  const clock = { now: () => at + 100, sleep: async (ms: number) => void slept.push(ms) };
  const again = await untilListed(clock, { at, built }, created, lag, new AbortController().signal);
  return [again, slept];
}

test('a plan that creates is made again once what was created is listed', async () => {
  expect(await wait({}, [], 1000)).toEqual([true, [3900]]);
});

test('so is a plan that raises a split: one that is not listed would be missing in the sum', async () => {
  expect(await wait({ trafficSplit: 100 }, [{ trafficSplit: 50 }], 1000)).toEqual([true, [3900]]);
});

test('so is a plan that renames an engine which serves: its split adds to the sum of the new name', async () => {
  expect(await wait({ trafficSplit: 50 }, [{ trafficSplit: 50 }], 1000, 'Old')).toEqual([true, [3900]]);
  expect(await wait({}, [{}], 1000, 'Old')).toEqual([false, []]);
});

test('a plan that lowers a split, changes something else or nothing waits for nobody', async () => {
  expect(await wait({ trafficSplit: 10 }, [{ trafficSplit: 50 }], 1000)).toEqual([false, []]);
  expect(await wait({ description: 'new' }, [{}], 1000)).toEqual([false, []]);
  expect(await wait({}, [{}], 1000)).toEqual([false, []]);
});

test('a plan that was made when the lag was over is sure', async () => {
  expect(await wait({}, [], lag)).toEqual([false, []]);
});

test('no wait is longer than the lag, whatever the clock of the machine that created it said', async () => {
  expect(await wait({}, [], -3_600_000)).toEqual([true, [lag]]);
});
