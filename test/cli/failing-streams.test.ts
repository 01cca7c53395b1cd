import { closeSync, openSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { engine, liveEngine } from './manifests.js';
import type { RunOptions } from './program.js';
import { hasPython, startOnTerminal } from './terminal.js';
import { closeWorlds, openWorld, type Recorded, until, type World } from './world.js';

afterAll(closeWorlds);

const credentials = { CXONE_CLIENT_ID: 'ci', CXONE_CLIENT_SECRET: 'simulator-secret' };
const apply = ['apply', 'dev', '--auto-approve'];
const isPatch = ({ method }: Recorded) => method === 'PATCH';

/** Six names whose traffic is to move from one version to another, slowly. */
async function shiftingWorld(): Promise<World> {
  const names = ['A', 'B', 'C', 'D', 'E', 'F'];
  const world = await openWorld({
    latencyMs: 60,
    engines: names.flatMap((name, index) => [
      liveEngine(`${index}a`, name, { trafficSplit: 90 }),
      liveEngine(`${index}b`, name, { version: '2.0.0', trafficSplit: 10 }),
    ]),
  });
  const documents = names.flatMap((name) => [
    engine(name, { trafficSplit: 40 }),
    engine(name, { version: '2.0.0', trafficSplit: 60 }),
  ]);
  await world.write('dev/all.yaml', ...documents);
  return world;
}

/** What each name serves together: all of it, or a shift was broken off. */
async function served(world: World): Promise<number[]> {
  const sums = new Map<string, number>();
  for (const { name, trafficSplit } of await world.engines()) {
    const key = JSON.stringify(name);
    sums.set(key, (sums.get(key) ?? 0) + Number(trafficSplit));
  }
  return [...sums.values()];
}

const whole = Array.from({ length: 6 }, () => 100);

/** Runs with full devices in place of streams. */
async function withFull(
  world: World,
  full: { readonly stdout?: boolean; readonly stderr?: boolean },
  ...args: readonly string[]
) {
  const device = openSync('/dev/full', 'w');
  const options: Omit<RunOptions, 'cwd'> = {
    ...(full.stdout === true && { stdout: device }),
    ...(full.stderr === true && { stderr: device }),
  };
  try {
    return await world.startWith(options, ...args).ended;
  } finally {
    closeSync(device);
  }
}

describe.concurrent('a full disk behind stdout or stderr', () => {
  it.each([
    [['--version'], 1, 0],
    [['help', 'plan'], 1, 0],
    [['schema', 'plan'], 1, 0],
    [['init', 'new', '--yes', '--org-id', 'acme'], 1, 1],
    [['validate', '--all'], 1, 0],
    [['validate', '--all', '--format', 'sarif'], 1, 0],
    [['plan', 'dev', '--verbose'], 1, 1],
    [['plan', 'dev', '--format', 'json', '--detailed-exitcode'], 2, 2],
    [['drift', 'dev'], 2, 2],
    [['catalog', 'dev', '--check'], 2, 2],
    [['audit', 'hash', 'environments/dev/all.yaml'], 1, 0],
    [['audit', 'show', 'dev'], 8, 8],
    [['audit', 'verify', 'dev'], 8, 8],
    [['audit', 'keygen', '--out', 'key'], 1, 0],
    [['plan', 'nowhere'], 3, 3],
  ] as const)('%j ends with %d and with %d', async (args, out, err) => {
    const world = await openWorld();
    await world.write('dev/all.yaml', engine('A', { trafficSplit: 100 }));
    const first = await withFull(world, { stdout: true }, ...args);
    expect([first.code, first.stderr]).toEqual([out, expect.stringContaining('error: ')]);
    if (out !== 3) expect(first.stderr).toContain('stdout: the output could not be written: no space is left');
    // What the first run wrote would be in the way of the second.
    const fresh = args.map((arg) => (arg === 'new' || arg === 'key' ? `other-${arg}` : arg));
    const second = await withFull(world, { stderr: true }, ...fresh);
    expect(second.code).toBe(err);
    if (err !== 3) expect(second.stdout).not.toBe('');
  });

  it.each([
    ['stdout', { stdout: true }, [], 1],
    ['stderr', { stderr: true }, ['--verbose'], 1],
    ['both', { stdout: true, stderr: true }, ['--format', 'json', '--verbose'], 1],
  ] as const)('never ends an apply (%s)', async (_which, full, more, code) => {
    const world = await shiftingWorld();
    const run = await withFull(world, full, ...apply, ...more);
    expect([run.code, await served(world)]).toEqual([code, whole]);
    expect((await world.cli('plan', 'dev', '--detailed-exitcode')).code).toBe(0);
    expect((await world.cli('audit', 'verify', 'dev', '--audit-log')).code).toBe(0);
  });
});

it('a reader that closes its pipe in mid-apply changes nothing', async () => {
  const world = await shiftingWorld();
  const { child, ended } = world.start(...apply, '--verbose');
  await until(async () => (await world.writes()).some(isPatch));
  child.stdout?.destroy();
  child.stderr?.destroy();
  expect([(await ended).code, await served(world)]).toEqual([0, whole]);
  expect((await world.cli('plan', 'dev', '--detailed-exitcode')).code).toBe(0);
});

it('a disk that takes a part of the text only is no success', async () => {
  // The limit of one process stands for a disk that fills: the write is short, and only the next one fails.
  const { execFile } = await import('node:child_process');
  const { main } = await import('./program.js');
  const { folder } = await openWorld();
  const script = 'ulimit -f 1; exec "$0" "$1" schema plan > plan.json';
  const code = await new Promise((resolve) => {
    execFile('bash', ['-c', script, process.execPath, main], { cwd: folder }, (error) => resolve(error?.code ?? 0));
  });
  expect(code).toBe(1);
});

describe.skipIf(!hasPython).concurrent('a terminal that is gone, which needs python3', () => {
  it.each([
    ['with SIGHUP', true, 130],
    ['without a signal', false, 1],
  ])('%s: what was begun is finished and recorded', async (_how, sendsHangup, code) => {
    const world = await shiftingWorld();
    const terminal = startOnTerminal([...apply, '--verbose'], {
      cwd: world.folder,
      env: credentials,
      sendsHangup,
    });
    await until(async () => (await world.writes()).some(isPatch));
    terminal.close();
    expect(await terminal.code).toBe(code);
    expect(await served(world)).toEqual(whole);
    // A run that was interrupted may leave events for later.
    expect((await world.cli('audit', 'deliver', 'dev')).code).toBe(0);
    const verify = await world.cli('audit', 'verify', 'dev', '--audit-log', '--format', 'json');
    expect(JSON.parse(verify.stdout)).toMatchObject({ status: 'clean', open: 0 });
  });

  it.each([true, false])('has not approved anything (SIGHUP: %s)', async (sendsHangup) => {
    const world = await shiftingWorld();
    const terminal = startOnTerminal(['apply', 'dev'], { cwd: world.folder, env: credentials, sendsHangup });
    await terminal.shows('(y/N)');
    terminal.close();
    expect(await terminal.code).toBe(130);
    expect(await world.writes()).toEqual([]);
  });
});
