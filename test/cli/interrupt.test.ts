import { afterAll, describe, expect, it } from 'vitest';
import { documentOf, textOf } from './documents.js';
import { engine, liveEngine, pipeline } from './manifests.js';
import { closeWorlds, type Loose, openWorld, type Recorded, until, type World } from './world.js';

afterAll(closeWorlds);

const apply = ['apply', 'dev', '--auto-approve', '--format', 'json', '--timeout', '2', '--concurrency', '1'];
const names = ['A', 'B', 'C'];

/** Three engines to create, one after the other, each with two requests that take a while. */
async function slowWorld(): Promise<World> {
  const world = await openWorld({ latencyMs: 150 });
  const spec = { trafficSplit: 100, audioProcessingOptions: pipeline };
  await world.write('dev/all.yaml', ...names.map((name) => engine(name, spec)));
  return world;
}

/** Waits until a write arrived that `matches`. */
async function arrived(world: World, matches: (request: Recorded) => boolean): Promise<void> {
  await until(async () => (await world.writes()).some(matches));
}

/** Every engine once and as wanted, each with one DEPLOY, and nothing left open. */
async function expectConverged(world: World): Promise<void> {
  const ids = (rows: readonly Loose[], member: string) => rows.map((row) => textOf(row[member])).toSorted();
  const engines = await world.engines();
  expect(ids(engines, 'name')).toEqual(names);
  expect(engines).toMatchObject(names.map(() => ({ trafficSplit: 100, audioProcessingOptions: pipeline })));
  const deploys = (await world.auditLogs()).filter(({ action }) => textOf(action) === 'DEPLOY');
  expect(ids(deploys, 'targetId')).toEqual(ids(engines, 'speechEngineId'));
  const verify = await world.cli('audit', 'verify', 'dev');
  expect([verify.code, verify.stdout]).toEqual([0, expect.stringContaining('clean')]);
  expect((await world.cli('plan', 'dev', '--detailed-exitcode')).code).toBe(0);
}

describe.concurrent('Ctrl-C in mid-apply', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    '(%s) ends with 130: what is in flight ends and is recorded',
    async (signal) => {
      const world = await slowWorld();
      const { child, ended } = world.start(...apply);
      await arrived(world, ({ method }) => method === 'POST');
      child.kill(signal);
      const run = await ended;
      expect(run.code).toBe(130);
      const document = documentOf(run, 'apply');
      expect(document).toMatchObject({
        status: 'incomplete',
        outcomes: names.map((name) => ({ id: `SpeechEngine/${name}@1.0.0` })),
      });
      expect(document.outcomes?.[2]).toMatchObject({ status: 'not-attempted', remoteId: null });
      const requests = await world.requests();
      expect(requests.filter(({ status }) => status === null)).toEqual([]);
      expect((await world.engines()).length).toBeLessThan(3);
      const verify = documentOf(await world.cli('audit', 'verify', 'dev', '--format', 'json'), 'audit-verify');
      expect(verify.open).toBe(0);

      const next = await world.cli(...apply);
      expect(next.code).toBe(0);
      await expectConverged(world);
    },
  );

  it.each(['SIGINT', 'SIGHUP'] as const)(
    '(%s) never leaves traffic unserved: a shift that began is finished',
    async (signal) => {
      const world = await openWorld({
        latencyMs: 150,
        engines: [
          liveEngine('v1', 'A', { trafficSplit: 90 }),
          liveEngine('v2', 'A', { version: '2.0.0', trafficSplit: 10 }),
        ],
      });
      await world.write(
        'dev/a.yaml',
        engine('A', { trafficSplit: 50 }),
        engine('A', { version: '2.0.0', trafficSplit: 50 }),
      );
      const { child, ended } = world.start(...apply);
      await arrived(world, ({ path }) => path.endsWith('/v1'));
      child.kill(signal);
      expect((await ended).code).toBe(130);
      expect((await world.engines()).map(({ trafficSplit }) => trafficSplit)).toEqual([50, 50]);
      const verify = documentOf(await world.cli('audit', 'verify', 'dev', '--format', 'json'), 'audit-verify');
      expect(verify.open).toBe(0);
    },
  );

  it('says what it waits for, and moves no traffic that waits for a rate limit', async () => {
    const world = await openWorld({
      engines: [
        liveEngine('v1', 'A', { trafficSplit: 90 }),
        liveEngine('v2', 'A', { version: '2.0.0', trafficSplit: 10 }),
      ],
    });
    const split = (version: string) => engine('A', { version, trafficSplit: 50 });
    await world.write('dev/a.yaml', split('1.0.0'), split('2.0.0'));
    await world.faults({ method: 'PATCH', fault: 'status', status: 429, times: 1, headers: { 'Retry-After': '60' } });
    const { child, ended } = world.start(...apply);
    await arrived(world, ({ method }) => method === 'PATCH');
    child.kill('SIGINT');
    const run = await ended;
    expect([run.code, run.stderr]).toEqual([130, expect.stringContaining('stopping: requests in flight end')]);
    expect((await world.engines()).map(({ trafficSplit }) => trafficSplit)).toEqual([90, 10]);
    expect((await world.cli(...apply)).code).toBe(0);
  });

  it('ends an apply that waits for a rate limit before it has planned', async () => {
    const world = await slowWorld();
    await world.faults({ method: 'GET', fault: 'status', status: 429, headers: { 'Retry-After': '60' } });
    const { child, ended } = world.start(...apply);
    await until(async () => (await world.requests()).some(({ status }) => status === 429));
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
  });

  it('before anything was written writes nothing', async () => {
    const world = await slowWorld();
    const { child, ended } = world.start(...apply);
    await until(async () => (await world.requests()).length > 1);
    child.kill('SIGINT');
    const run = await ended;
    expect(run.code).toBe(130);
    expect(await world.writes()).toEqual([]);
    expect(JSON.parse(run.stdout)).toMatchObject({ formatVersion: 1 });
  });

  it('twice ends at once', async () => {
    const world = await slowWorld();
    await world.faults({ method: 'POST', path: '/engines$', fault: 'hang' });
    const { child, ended } = world.start('apply', 'dev', '--auto-approve', '--timeout', '60');
    await arrived(world, () => true);
    child.kill('SIGINT');
    // Signals of one kind merge while they wait: the second is sent when the first has done its work.
    const again = setInterval(() => child.kill('SIGINT'), 100);
    const run = await ended;
    clearInterval(again);
    expect(run.code).toBe(130);
    expect(await world.engines()).toEqual([]);
  });

  it.each(['plan', 'drift'])('ends a %s with 130 before the next request', async (command) => {
    const engines = Array.from({ length: 150 }, (_item, index) => liveEngine(`e${index}`, `E${index}`));
    const world = await openWorld({ latencyMs: 300, engines });
    const { child, ended } = world.start(command, 'dev', '--format', 'json');
    const lists = async () => (await world.requests()).filter(({ method }) => method === 'GET');
    await until(async () => (await lists()).length === 2);
    child.kill('SIGINT');
    const run = await ended;
    expect([run.code, documentOf(run, 'error').error?.exitCode]).toEqual([130, 130]);
    expect(await lists()).toHaveLength(2);
  });
});

describe.concurrent('SIGKILL in mid-apply', () => {
  it.each([
    ['while the first POST is out', ({ method }: Recorded) => method === 'POST'],
    ['while the first PATCH is out', ({ method }: Recorded) => method === 'PATCH'],
    ['while the first audit event is out', ({ path }: Recorded) => path.includes('/audit/logs')],
    [
      'while the second POST is out',
      ({ path, body }: Recorded) => path.endsWith('/engines') && textOf(body.name) === 'B',
    ],
  ])('%s: the next run converges, nothing is created or audited twice', async (_when, matches) => {
    const world = await slowWorld();
    const { child, ended } = world.start(...apply);
    await arrived(world, matches);
    child.kill('SIGKILL');
    expect((await ended).code).toBe('SIGKILL');
    // Its lock is free at once, because its process is gone.
    const next = await world.cli(...apply);
    expect(next.code).toBe(0);
    await expectConverged(world);
    expect(await world.auditLogs()).toHaveLength(3);
  });
});
