import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { engine } from '../cli/manifests.js';
import { dryRun, labeller } from './matrix.js';
import { everything } from './scenario.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterEach(closeWorlds);

/** A world whose manifests are committed, in a repository of their own. */
async function committedWorld(): Promise<World> {
  const world = await openWorld(everything);
  git(world, 'init', '--quiet', '--initial-branch=main');
  git(world, 'add', 'environments');
  git(world, 'commit', '--quiet', '--message', 'manifests');
  await mkdir(world.file('plans'));
  return world;
}

function git(world: World, ...args: string[]): void {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const env = { PATH: process.env['PATH'], HOME: tmpdir(), GIT_CONFIG_NOSYSTEM: '1' };
  execFileSync('git', ['-C', path.dirname(world.file('plans')), ...identity, ...args], { env });
}

const { requests } = await dryRun(await openWorld(everything));
await closeWorlds();

const writes = requests.filter((one) => !one.startsWith('GET') && one !== 'POST token');

test.each(writes.flatMap((request) => [[request, 'before'] as const, [request, 'after'] as const]))(
  'an apply of a saved plan that is killed at %s, %s it is done, leaves a trail that is right under all checks once it is finished',
  async (request, when) => {
    const world = await committedWorld();
    const saved = world.file('plans/dev.json');
    expect((await world.cli(['plan', 'dev', '--out', saved])).code).toBe(0);
    const label = labeller(world);
    world.wire.fate = async (passing) => {
      if ((await label(passing)) !== request) return undefined;
      world.kill();
      return when === 'after' ? 'cut-after' : 'cut-before';
    };
    expect(await world.mortalApply('--plan', saved)).toBeUndefined();
    world.wire.fate = () => undefined;
    // What is left of the plan, then what no plan was needed for.
    const rest = await world.apply('--plan', saved);
    expect([0, 8]).toContain(rest.code);
    const last = await world.apply();
    expect([last.code, last.err]).toEqual([0, expect.any(String)]);
    const checks = ['--audit-log', '--live', '--git', '--plans', world.file('plans')];
    const verified = await world.cli(['audit', 'verify', 'dev', ...checks, '--format', 'json']);
    const { faults, checked }: { faults?: unknown; checked?: unknown } = JSON.parse(verified.out);
    expect([faults, checked]).toEqual([[], ['ledger', 'audit-log', 'live', 'plans', 'git']]);
  },
);

test('a run that writes while its ledger is checked is no fault of the audit log: it is all looked at again', async () => {
  const world = await openWorld(everything);
  expect((await world.apply()).code).toBe(0);
  await world.manifests(engine('Alpha', { trafficSplit: 100, description: 'meanwhile' }));
  let ran: number | undefined;
  world.wire.fate = async ({ method, path: at }) => {
    if (ran !== undefined || method !== 'GET' || !at.includes('/audit/logs')) return undefined;
    ran = -1;
    ran = (await world.apply()).code;
    return undefined;
  };
  const { code, err } = await world.cli(['audit', 'verify', 'dev', '--audit-log', '--live']);
  expect([ran, code, err]).toEqual([0, 0, expect.stringContaining('a run wrote its ledger meanwhile')]);
});
