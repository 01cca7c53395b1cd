import { afterEach, describe, expect, test } from 'vitest';
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
