import { afterAll, describe, expect, it } from 'vitest';
import { documentOf } from './documents.js';
import { engine, liveEngine, webhook } from './manifests.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

/** Two engines and a webhook that were applied, and nothing in the simulator's record. */
async function appliedWorld(): Promise<World> {
  const world = await openWorld();
  await world.write('dev/all.yaml', engine('IVR', { description: 'as in git' }), engine('Other'), webhook('Hook'));
  const run = await world.cli('apply', 'dev', '--auto-approve', '--quiet');
  expect([run.code, run.stderr]).toEqual([0, '']);
  await world.forget();
  return world;
}

async function idOf(world: World, name: string): Promise<string> {
  const found = (await world.engines()).find((one) => JSON.stringify(one.name) === JSON.stringify(name));
  return JSON.parse(JSON.stringify(found?.speechEngineId));
}

describe.concurrent('drift', () => {
  it('is 0 and in sync right after an apply, and sends no POST but for the token', async () => {
    const world = await appliedWorld();
    const run = await world.cli('drift', 'dev', '--format', 'json');
    expect([run.code, documentOf(run, 'drift')]).toMatchObject([0, { status: 'in-sync', drift: [], missing: [] }]);
    const sent = (await world.requests()).map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
    expect(sent.toSorted()).toEqual(['GET /api/v2/speech/engines', 'GET /api/v2/webhooks', 'POST /oauth/token']);
  });

  it('is 2 after a change behind its back, says what git has and what live has, and writes nothing', async () => {
    const world = await appliedWorld();
    const id = await idOf(world, 'IVR');
    await world.control('PATCH', `engines/${id}`, { description: 'edited by hand' });
    const before = await world.engines();
    const run = await world.cli('drift', 'dev', '--format', 'json');
    expect(run.code).toBe(2);
    expect(documentOf(run, 'drift')).toMatchObject({
      status: 'drifted',
      simulated: true,
      drift: [
        {
          id: 'SpeechEngine/IVR@1.0.0',
          remoteId: id,
          fields: [{ path: '/description', git: 'as in git', live: 'edited by hand', cause: 'drift' }],
        },
      ],
    });
    const text = await world.cli('drift', 'dev');
    expect(text.code).toBe(2);
    expect(text.stdout).toMatch(/^dev {2}SIMULATOR\n/);
    expect(text.stdout).toMatch(/description +git "as in git" {2}live "edited by hand"/);
    expect(text.stdout).toContain('edited outside git');
    expect(await world.writes()).toEqual([]);
    expect(await world.engines()).toEqual(before);
    // An apply puts it back.
    expect((await world.cli('apply', 'dev', '--auto-approve')).code).toBe(0);
    expect((await world.cli('drift', 'dev')).code).toBe(0);
  });

  it('looks only at what --only names', async () => {
    const world = await appliedWorld();
    await world.control('PATCH', `engines/${await idOf(world, 'IVR')}`, { description: 'edited' });
    expect((await world.cli('drift', 'dev', '--only', 'SpeechEngine/Other@*')).code).toBe(0);
    expect((await world.cli('drift', 'dev', '--only', 'SpeechEngine/IVR@*')).code).toBe(2);
  });

  it('tells what git has and nobody applied from what was edited outside', async () => {
    const world = await appliedWorld();
    await world.write('dev/all.yaml', engine('IVR', { description: 'newer in git' }), engine('New'), webhook('Hook'));
    const run = await world.cli('drift', 'dev', '--format', 'json');
    expect(run.code).toBe(2);
    expect(documentOf(run, 'drift')).toMatchObject({
      drift: [{ fields: [{ path: '/description', cause: 'pending' }] }],
      missing: [{ id: 'SpeechEngine/New@1.0.0', source: { file: 'environments/dev/all.yaml' } }],
      unmanaged: [{ id: 'SpeechEngine/Other@1.0.0' }],
    });
  });

  it('is 0 where live only has engines that git does not know, unless --fail-on unmanaged', async () => {
    const world = await openWorld({ engines: [liveEngine('stray', 'Stray', { trafficSplit: 100 })] });
    const run = await world.cli('drift', 'dev', '--format', 'json');
    expect([run.code, documentOf(run, 'drift')]).toMatchObject([
      0,
      { status: 'in-sync', unmanaged: [{ id: 'SpeechEngine/Stray@1.0.0', remoteId: 'stray', trafficSplit: 100 }] },
    ]);
    expect((await world.cli('drift', 'dev', '--fail-on', 'unmanaged')).code).toBe(2);
  });

  it('is unmoved by what its credentials could write: a client without write scopes is enough', async () => {
    const world = await appliedWorld();
    const scopes = 'speech:engine:write,webhook:write,audit:log:write,audit:log:read';
    const env = { CXONE_CLIENT_ID: `reader.without:${scopes}` };
    expect((await world.cliWith({ env }, 'drift', 'dev')).code).toBe(0);
    expect((await world.cliWith({ env }, 'plan', 'dev')).code).toBe(0);
  });

  it('of several environments is the worst of them', async () => {
    const world = await appliedWorld();
    const spec = { baseUrl: world.simulator.url };
    await world.write('empty/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
    expect((await world.cli('drift', '--all')).code).toBe(0);
    await world.control('PATCH', `engines/${await idOf(world, 'IVR')}`, { noiseSuppression: false });
    expect((await world.cli('drift', '--all')).code).toBe(2);
    expect((await world.cli('drift', 'empty')).code).toBe(0);
  });
});
