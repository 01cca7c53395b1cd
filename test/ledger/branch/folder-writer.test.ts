import { describe, expect, test } from 'vitest';
import { deliveredChange, intent } from '../sample.js';
import {
  BRANCH,
  branchOptions,
  branchWorld,
  filesOn,
  held,
  inBranch,
  openBranch,
  steppedClock,
  verifyBranch,
} from './world.js';

describe('a run that holds a ledger', () => {
  test('gives signs of life while nothing else is pushed', async () => {
    const world = branchWorld();
    const clock = steppedClock();
    const ledger = await held(world.clone(), { clock });
    const subjects = () => world.origin.git('log', '--reverse', '--format=%s', BRANCH).trim().split('\n').slice(2);
    for (let beats = 1; beats <= 3; beats += 1) {
      await clock.advance(20_000);
      await expect.poll(() => clock.sleeping()).toBe(1);
      expect(subjects()).toEqual(Array.from({ length: beats }, () => 'prod: still held'));
      expect(ledger.lost()).toBeUndefined();
    }
    await clock.advance(15_000);
    await ledger.append(intent());
    await clock.advance(5_000);
    await expect.poll(() => clock.sleeping()).toBe(1);
    expect(subjects().at(-1)).toBe('prod: entry 2');
    await ledger.close();
    expect(clock.sleeping(), 'the next one is not waited for').toBe(1);
  });

  test('lets nothing leave once it could not give one for 50 s, and is right again with the next push', async () => {
    const world = branchWorld();
    const clock = steppedClock();
    const ledger = await held(world.clone(), { clock });
    // As a machine that slept: the clock went on, and no heartbeat was sent.
    const before = clock.now();
    clock.set(before + 50_000);
    expect(ledger.lost()?.message).toContain('no push arrived for 50 s');
    clock.set(before - 1);
    expect(ledger.lost()?.message).toContain('no push arrived for 50 s');
    clock.set(before + 50_000);
    await ledger.append(intent());
    expect(ledger.lost()).toBeUndefined();
  });

  test('goes on giving signs of life when the remote is back', async () => {
    const world = branchWorld();
    const clock = steppedClock();
    const { git, ...options } = branchOptions(world.clone(), { clock });
    let isAway = false;
    const away = { ok: false, stdout: Buffer.alloc(0), reason: 'Network is unreachable' } as const;
    const remote: typeof git.remote = async (...args) => (isAway ? away : git.remote(...args));
    const ledger = await openBranch({ ...options, git: { ...git, remote } });
    const passing = async () => {
      await clock.advance(1_000);
      return ledger.lost()?.message ?? 'held';
    };
    isAway = true;
    await expect.poll(passing).toContain('no push arrived for 50 s');
    isAway = false;
    await expect.poll(passing).toBe('held');
    await ledger.append(intent());
    await ledger.close();
    expect((await verifyBranch(branchOptions(world.clone()))).fault).toBeUndefined();
    expect(filesOn(world.origin)).toEqual(['prod/000000000001.jsonl']);
  });

  test('writes nothing after another one took over, and does not give back what is not its own', async () => {
    const world = branchWorld();
    const first = await held(world.clone());
    const other = await held(world.clone(), { claimed: { actor: 'bob', run: null } });
    await expect(first.append(intent())).rejects.toThrow(/another run wrote it meanwhile: bob, process 4242 on runner/);
    await expect(first.append(intent())).rejects.toThrow(/another run wrote it meanwhile/);
    await first.close();
    await deliveredChange(other);
    expect(filesOn(world.origin)).toContain('prod/holder');
    await other.close();
    expect((await verifyBranch(branchOptions(world.clone()))).clean).toBe(true);
  });

  test('learns from a sign of life that was refused that another one took over', async () => {
    const world = branchWorld();
    const clock = steppedClock();
    const first = await held(world.clone(), { clock });
    await held(world.clone());
    await clock.advance(20_000);
    await expect.poll(() => first.lost()?.message).toMatch(/another run wrote it meanwhile/);
    await expect(first.append(intent())).rejects.toThrow('another run wrote it meanwhile');
  });

  test('knows a push that arrived without an answer, and repeats one that did not', async () => {
    const world = branchWorld();
    const options = branchOptions(world.clone());
    const plumbing = options.git;
    let [fault, pushes]: ['before' | 'after' | 'none', number] = ['none', 0];
    const remote: typeof plumbing.remote = async (folder, args, more) => {
      if (args[0] !== 'push') return plumbing.remote(folder, args, more);
      pushes += 1;
      const now = fault;
      fault = 'none';
      const lost = { ok: false, stdout: Buffer.alloc(0), reason: 'Connection reset by peer' } as const;
      if (now === 'before') return lost;
      const answer = await plumbing.remote(folder, args, more);
      return now === 'after' ? lost : answer;
    };
    await inBranch({ ...options, git: { ...plumbing, remote } }, async (ledger) => {
      pushes = 0;
      fault = 'after';
      await ledger.append(intent());
      expect(pushes).toBe(1);
      fault = 'before';
      await ledger.append(intent());
      expect(pushes).toBe(3);
    });
    expect(await verifyBranch(options)).toMatchObject({ fault: undefined, entries: 3 });
    expect(filesOn(world.origin)).toEqual(['prod/000000000001.jsonl']);
  });

  test('says what is not known to be there when the remote stays away', async () => {
    const world = branchWorld();
    const options = branchOptions(world.clone());
    const said: string[] = [];
    let isAway = false;
    const { remote } = options.git;
    const git = {
      ...options.git,
      remote: async (...args: Parameters<typeof remote>) =>
        isAway
          ? ({ ok: false, stdout: Buffer.alloc(0), reason: 'Could not resolve host: git.example.com' } as const)
          : remote(...args),
    };
    const ledger = await openBranch({ ...options, git, say: (line) => said.push(line) });
    isAway = true;
    await expect(ledger.append(intent())).rejects.toMatchObject({
      code: 'LedgerError',
      message:
        'prod on cxone-gitops/ledger of origin: entry 2 could not be pushed: Could not resolve host: git.example.com',
      hint: expect.stringContaining('the next apply looks at what is live'),
    });
    await ledger.close();
    expect(said).toEqual([expect.stringContaining('The next run waits 60 s')]);
  });
});
