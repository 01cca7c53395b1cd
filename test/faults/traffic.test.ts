import { afterEach, describe, expect, test } from 'vitest';
import { everything, served, watch, wrongs } from './scenario.js';
import type { Fate } from './wire.js';
import { closeWorlds, openWorld } from './world.js';

afterEach(closeWorlds);

const refusals: [string, Fate][] = [
  ['refused', { status: 403 }],
  ['too late', { status: 412 }],
  ['redirected', { status: 307 }],
];

/** The PATCHes that move the traffic of Delta: two that lower it, then the one of the new version that raises it. */
const moves = [1, 2, 3];

describe.each(refusals)('a move of traffic that is %s', (_what, fate) => {
  test.each(moves)('as number %i of three leaves as much served as before, and nothing passes 100', async (nth) => {
    const { engines } = everything;
    const delta = everything.documents.slice(3, 6);
    const world = await openWorld({ engines: engines.slice(1, 3), documents: delta });
    const bad: string[] = [];
    let seen = 0;
    world.wire.fate = async ({ method }) => {
      bad.push(...(await watch(world)));
      return method === 'PATCH' && ++seen === nth ? fate : undefined;
    };
    expect((await world.apply()).code).toBe(7);
    expect(await served(world, 'Delta')).toBe(100);
    expect((await world.apply()).code).toBe(0);
    expect([...bad, ...(await watch(world)), ...(await wrongs(world))]).toEqual([]);
  });
});
