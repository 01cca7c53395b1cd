import { describe, expect, test } from 'vitest';
import { holderText } from '../../../src/ledger/branch/holder.js';
import { thisMachine } from '../../../src/ledger/this-machine.js';
import { deliveredChange, intent } from '../sample.js';
import {
  branchOptions,
  branchWorld,
  type Clone,
  commitFiles,
  filesOn,
  held,
  inBranch,
  quickClock,
  verifyBranch,
} from './world.js';

/** The holder file of a run elsewhere that nobody gives back. */
async function leaveHolder(clone: Clone, more: object = {}): Promise<void> {
  const holder = { run: 'other', actor: 'bob', url: null, pid: 77, hostname: 'elsewhere', since: 'then', boot: 'b' };
  commitFiles(clone, { 'prod/holder': holderText({ ...holder, namespace: 'n', ...more }, 0) });
}

describe('a ledger that another run holds', () => {
  test('is not taken from one that gives a sign of life', async () => {
    const world = branchWorld();
    const [one, two] = [world.clone(), world.clone()];
    const first = await held(one);
    const said: string[] = [];
    const clock = quickClock();
    const watching = {
      ...clock,
      async sleep(ms: number, signal?: AbortSignal) {
        await clock.sleep(ms, signal);
        if (ms === 4_000 && clock.slept.length === 3) await first.append(intent());
      },
    };
    const second = held(two, { clock: watching, say: (line) => said.push(line) });
    await expect(second).rejects.toThrow(
      /prod on cxone-gitops\/ledger of origin: it is held by ada \(https:\/\/ci.example.com\/runs\/7\), process 4242 on runner, since .*, and only one run may write it/,
    );
    expect(clock.slept).toEqual([4_000, 4_000, 4_000]);
    expect(said).toEqual([expect.stringContaining('Waiting up to 60 s for a sign of life')]);
  });

  test('is taken from one that gives none for a minute, whatever the clocks say', async () => {
    const world = branchWorld();
    await leaveHolder(world.clone(), { since: '2099-01-01T00:00:00.000Z' });
    const clock = quickClock();
    const said: string[] = [];
    await inBranch(branchOptions(world.clone(), { clock, say: (line) => said.push(line) }), deliveredChange);
    expect(clock.slept.reduce((sum, ms) => sum + ms)).toBe(60_000);
    expect(said).toEqual([
      expect.stringContaining('it is held by bob, process 77 on elsewhere'),
      expect.stringContaining('no sign of life of bob, process 77 on elsewhere, since 2099-01-01T00:00:00.000Z'),
    ]);
    expect((await verifyBranch(branchOptions(world.clone()))).clean).toBe(true);
  });

  test('is taken at once where its process can be seen to be gone, and only there', async () => {
    const world = branchWorld();
    const clone = world.clone();
    const machine = await thisMachine();
    await leaveHolder(clone, machine);
    const clock = quickClock();
    await inBranch(branchOptions(world.clone(), { clock, isAlive: (pid) => pid !== 77 }), deliveredChange);
    expect(clock.slept).toEqual([]);
    for (const elsewhere of [{ boot: 'other' }, { namespace: 'other' }, { boot: null }]) {
      await leaveHolder(clone, { ...machine, ...elsewhere });
      await inBranch(branchOptions(world.clone(), { clock, isAlive: () => false }), async () => undefined);
      expect(clock.slept.splice(0).length).toBe(15);
    }
  });

  test.each(['', 'no JSON', '[]', '{"run":1}', '"'.repeat(100_000)])(
    'with a holder file that is %.10j is watched all the same',
    async (text) => {
      const world = branchWorld();
      commitFiles(world.clone(), { 'prod/holder': text });
      const clock = quickClock();
      await inBranch(branchOptions(world.clone(), { clock }), async () => undefined);
      expect(clock.slept.length).toBe(15);
    },
  );

  test('lets go of a run that is interrupted while it waits', async () => {
    const world = branchWorld();
    await leaveHolder(world.clone());
    const interrupt = AbortSignal.abort();
    await expect(held(world.clone(), { interrupt })).rejects.toMatchObject({ code: 'InterruptedError' });
    expect(filesOn(world.origin)).toEqual(['prod/holder']);
  });

  test('goes to one of two that take it at once', async () => {
    const world = branchWorld();
    await leaveHolder(world.clone());
    const runs = await Promise.allSettled([held(world.clone()), held(world.clone()), held(world.clone())]);
    expect(runs.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
