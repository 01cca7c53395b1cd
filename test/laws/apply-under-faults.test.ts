import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { everything, served, watch, wrongs } from '../faults/scenario.js';
import type { Fate, Passing } from '../faults/wire.js';
import { closeWorlds, openWorld, type World } from '../faults/world.js';

afterEach(closeWorlds);

/** What meets some requests of one kind in a run, from the `from`th on. */
interface Trouble {
  readonly of: keyof typeof kinds;
  readonly from: number;
  readonly count: number;
  readonly fate: Fate;
}

interface Run {
  readonly troubles: readonly Trouble[];
  /** At which request the run is killed, before or after it is done, or interrupted. */
  readonly end: { readonly how: 'by itself' | 'killed before' | 'killed after' | 'interrupted'; readonly at: number };
  /** The splits of Delta are to be as they were at first. */
  readonly reverted: boolean;
}

const kinds = {
  any: /^/u,
  'POST of an engine': /^POST .*\/engines$/u,
  'PATCH of an engine': /^PATCH .*\/engines\//u,
  'read of engines': /^GET .*\/engines/u,
  'write of a webhook': /^(?:POST|PATCH) .*\/webhooks/u,
  'audit event': /^POST .*\/logs$/u,
};

const statuses = [400, 401, 403, 404, 409, 412, 429, 500].map((status) => ({ status }));
const fates = fc.constantFrom<Fate>(
  'cut-before',
  'cut-after',
  'truncate',
  'empty',
  'half',
  { status: 503, late: true },
  ...statuses,
);
const runs = fc.record<Run>({
  troubles: fc.array(
    fc.record<Trouble>({
      of: fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])), // Sound: these are its keys.
      from: fc.integer({ min: 1, max: 6 }),
      count: fc.constantFrom(1, 2, 50),
      fate: fates,
    }),
    { maxLength: 2 },
  ),
  end: fc.record({
    how: fc.constantFrom('by itself', 'by itself', 'killed before', 'killed after', 'interrupted'),
    at: fc.integer({ min: 3, max: 26 }),
  }),
  reverted: fc.boolean(),
});
const servers = fc.constantFrom([], ['list-lag=4', 'audit-lag=4', 'unique=off'], ['etag=off', 'patch=shallow']);

/** Delta as it is live: 60 and 40, and nothing for the third version. */
const reverted = everything.documents.map((document) => {
  const { metadata, spec } = document;
  if (metadata.name !== 'Delta' || !('version' in spec)) return document;
  const split = new Map<unknown, number>([
    ['1.0.0', 60],
    ['2.0.0', 40],
  ]);
  return { ...document, spec: { ...spec, trafficSplit: split.get(spec.version) ?? 0 } };
});

test('whatever meets some runs, two more make all live once, audited once, and serve as much as before', async () => {
  await fc.assert(
    fc.asyncProperty(servers, fc.array(runs, { minLength: 1, maxLength: 3 }), async (assume, troubled) => {
      const world = await openWorld({ ...everything, assume });
      const bad: string[] = [];
      for (const run of troubled) {
        await world.manifests(...(run.reverted ? reverted : everything.documents));
        bad.push(...(await endure(world, run)));
      }
      world.wire.fate = () => undefined;
      await world.manifests(...everything.documents);
      if ((await world.apply()).code !== 0) await world.apply();
      expect([...bad, ...(await watch(world)), ...(await wrongs(world))]).toEqual([]);
      expect(await served(world, 'Delta')).toBe(100);
      await world.close();
    }),
    // Each is up to five whole applies.
    { numRuns: 7 },
  );
}, 240_000);

/** One run, and what was wrong at any of its requests or about its end. */
async function endure(world: World, { troubles, end }: Run): Promise<string[]> {
  const bad: string[] = [];
  const interrupt = new AbortController();
  const met = troubles.map(() => 0);
  let sent = 0;
  const kills = end.how.startsWith('killed');
  let killed: Promise<void> | undefined;
  if (kills) killed = world.killedApply(() => sent === end.at, end.how === 'killed after').catch(neverKilled);
  const kill = world.wire.fate;
  world.wire.fate = async (passing) => {
    sent += 1;
    bad.push(...(await watch(world)));
    if (end.how === 'interrupted' && sent === end.at) interrupt.abort();
    return (kills ? await kill(passing) : undefined) ?? fateOf(passing, troubles, met);
  };
  if (killed !== undefined) {
    await killed;
    return bad;
  }
  const before = await served(world, 'Delta');
  const args = ['apply', 'dev', '--auto-approve', '--format', 'json'];
  const { code, out, err } = await world.cli(args, { interrupt: interrupt.signal });
  // 3: a list that is answered 404 is one that CXone does not have.
  const codes = interrupt.signal.aborted ? [0, 1, 3, 4, 6, 7, 8, 130] : [0, 1, 3, 4, 6, 7, 8];
  if (!codes.includes(code) || /^ +at /mu.test(err)) bad.push(`a run ended with ${code}: ${err}`);
  // What more than one fault meets may not be given back by this run already.
  const known = troubles.length < 2 && troubles.every(({ count }) => count === 1) && !out.includes('"unknown"');
  const now = await served(world, 'Delta');
  if (known && now < before) bad.push(`Delta serves ${now} after ${before}`);
  return bad;
}

function fateOf({ method, path }: Passing, troubles: readonly Trouble[], met: number[]): Fate | undefined {
  const meeting = troubles.filter(({ of, from, count }, index) => {
    if (!kinds[of].test(`${method} ${path}`)) return false;
    const nth = (met[index] ?? 0) + 1;
    met[index] = nth;
    return nth >= from && nth < from + count;
  });
  return meeting[0]?.fate;
}

/** It ended before its request came. */
function neverKilled(error: unknown): void {
  if (!(error instanceof Error && error.message === 'it was never killed')) throw error;
}
