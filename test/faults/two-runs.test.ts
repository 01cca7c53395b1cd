import { afterEach, describe, expect, test } from 'vitest';
import { engine, liveEngine, pipeline } from '../cli/manifests.js';
import { dryRun, labeller } from './matrix.js';
import { everything, watch, wrongs } from './scenario.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterEach(closeWorlds);

/** Has `meanwhile` done when a request for which `at` is true is on its way, and passes it on then. */
function meetAt(world: World, at: (request: string) => boolean, meanwhile: () => Promise<unknown>): () => boolean {
  const label = labeller(world);
  let met = false;
  world.wire.fate = async (passing) => {
    if (met || !at(await label(passing))) return undefined;
    met = true;
    await meanwhile();
    return undefined;
  };
  return () => met;
}

const writes = ({ wire }: World) => wire.log.filter((sent) => /^(PATCH|POST .*\/(engines|webhooks)$)/u.test(sent));

const { requests } = await dryRun(await openWorld(everything));
await closeWorlds();
const before = requests.filter((request) => !request.startsWith('POST audit'));

test('of two runs on one machine the second names the first, writes nothing and ends with 1', async () => {
  const world = await openWorld(everything);
  const seconds: { code: number; err: string }[] = [];
  const met = meetAt(
    world,
    (request) => request === 'POST Beta@1.0.0',
    async () => void seconds.push(await world.cli(['apply', 'dev', '--auto-approve'], { isAlive: () => true })),
  );
  expect((await world.apply()).code).toBe(0);
  expect(met()).toBe(true);
  expect(seconds).toMatchObject([{ code: 1 }]);
  const holder = `dev.jsonl: it is locked by process ${process.pid} on here, since 2026-01-31T12:`;
  expect(seconds[0]?.err).toContain(holder);
  expect(writes(world)).toHaveLength(before.filter((request) => /^(PATCH|POST (?!token))/u.test(request)).length);
  expect(await wrongs(world)).toEqual([]);
});

describe('two runs on two machines, each with its own ledger', () => {
  test.each(before)('make no engine twice when the second comes in at %s of the first', async (request) => {
    const world = await openWorld(everything);
    const bad: string[] = [];
    world.wire.done = async ({ method }) => void (method === 'GET' || bad.push(...(await watch(world))));
    const codes: number[] = [];
    const met = meetAt(
      world,
      (sent) => sent === request,
      async () => void codes.push((await world.apply('--ledger', world.file('other'))).code),
    );
    codes.push((await world.apply()).code);
    expect(met()).toBe(true);
    // Where they meet, the one that comes too late finds it done, stale, or taken.
    for (const code of codes) expect(code).toBeOneOf([0, 6, 7]);
    if (codes.some((code) => code !== 0)) expect((await world.apply()).code).toBe(0);
    const wrong = await wrongs(world, { ledgerLost: true });
    // A webhook has no ETag: between the look at it and its PATCH another run can do the same, and say so too.
    const unpreventable = request === 'PATCH Changed' ? /^w1 UPDATE .* is in the audit log twice$/u : /^$/u;
    expect([...bad, ...wrong].filter((one) => !unpreventable.test(one))).toEqual([]);
  });
});

describe.each([
  ['by its ETag', []],
  ['by a look just before, where there are no ETags', ['etag=off']],
])('a change that somebody made after the plan is not overwritten (%s)', (_how, assume) => {
  test('also where it came at the last moment that can be seen', async () => {
    const world = await openWorld({
      engines: [liveEngine('g', 'G', { trafficSplit: 100 }), liveEngine('a', 'A')],
      documents: [
        engine('A', { description: 'new' }),
        engine('G', { trafficSplit: 100, audioProcessingOptions: pipeline }),
      ],
      assume,
    });
    // Names run one after the other, so that the first request of A comes after the plan and before G's.
    const met = meetAt(
      world,
      (request) => request === 'PATCH A@1.0.0',
      () => world.change('g', { description: 'by hand' }),
    );
    const ended = await world.apply('--concurrency', '1', '--format', 'json');
    expect([met(), ended.code]).toEqual([true, 7]);
    expect(ended.out).toContain('"code": "stale"');
    expect(await world.engines()).toMatchObject([{ description: 'by hand', audioProcessingOptions: null }, {}]);
  });
});
