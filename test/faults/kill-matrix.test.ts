import { afterEach, describe, expect, test } from 'vitest';
import { everything, watch, wrongs } from './scenario.js';
import { closeWorlds, openWorld } from './world.js';

afterEach(closeWorlds);

/** The requests of the apply, by number; which comes when differs a little from run to run. */
const all = Array.from({ length: 26 }, (_, index) => index + 1);
const odd = (number: number) => number % 2 === 1;

// Each point is killed before the request is done in one world, and after it in another.
describe.each([
  ['', [], all, (nth: number) => odd(nth)],
  [
    ', lists and the audit log lag, nothing is unique',
    ['list-lag=4', 'audit-lag=4', 'unique=off'],
    all.filter((nth) => nth > 5),
    (nth: number) => !odd(nth),
  ],
  [
    ', there are no ETags and a PATCH replaces',
    ['etag=off', 'patch=shallow'],
    all.filter((nth) => nth % 4 === 0),
    () => true,
  ],
])('an apply that is killed%s', (_where, assume, requests, after) => {
  test.each(requests)('at its request number %i is made up for: all is there once, and audited once', async (nth) => {
    const world = await openWorld({ ...everything, assume });
    const bad: string[] = [];
    let sent = 0;
    const killed = world.killedApply(() => ++sent === nth, after(nth));
    const kill = world.wire.fate;
    world.wire.fate = async (passing) => {
      bad.push(...(await watch(world)));
      return kill(passing);
    };
    await killed;
    const again = await world.apply();
    if (again.code !== 0) await world.apply();
    expect([...bad, ...(await watch(world)), ...(await wrongs(world))]).toEqual([]);
  });
});
