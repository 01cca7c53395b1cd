import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf, documentsOf } from './documents.js';
import { engine, liveEngine, pipeline, webhook } from './manifests.js';
import { closeWorlds, openWorld } from './world.js';

afterAll(closeWorlds);

const json = ['--format', 'json'];

describe.concurrent('plan', () => {
  it('shows creates, updates, unchanged and unmanaged, and writes nothing', async () => {
    const world = await openWorld({
      engines: [
        liveEngine('e1', 'Changed', { description: 'old', trafficSplit: 100 }),
        liveEngine('e2', 'Same'),
        liveEngine('e3', 'Stray', { trafficSplit: 30 }),
      ],
    });
    await world.write(
      'dev/engines.yaml',
      engine('Changed', { description: 'new', trafficSplit: 100 }),
      engine('Same'),
      engine('New', { trafficSplit: 50, audioProcessingOptions: pipeline }),
    );
    const run = await world.cli('plan', 'dev', ...json);
    expect([run.code, run.stderr]).toEqual([0, '']);
    const plan = documentOf(run, 'plan');
    expect(plan).toMatchObject({
      environment: 'dev',
      endpoint: world.simulator.url,
      simulated: true,
      summary: { create: 1, update: 1, unchanged: 1, unmanaged: 1 },
      changes: [
        {
          action: 'update',
          id: 'SpeechEngine/Changed@1.0.0',
          remoteId: 'e1',
          source: { file: 'environments/dev/engines.yaml', line: 1 },
          fields: [{ path: '/description', before: 'old', after: 'new' }],
          requests: [{ method: 'PATCH', path: '/api/v2/speech/engines/e1' }],
        },
        {
          action: 'create',
          id: 'SpeechEngine/New@1.0.0',
          remoteId: null,
          beforeHash: null,
          requests: [{ method: 'POST' }, { method: 'PATCH' }],
        },
      ],
      unmanaged: [{ id: 'SpeechEngine/Stray@1.0.0', trafficSplit: 30 }],
    });
    const text = await world.cli('plan', 'dev');
    expect(text.stdout).toMatch(/^dev at http:\/\/127\.0\.0\.1:\d+ {2}SIMULATOR\n/);
    expect(text.stdout).toMatch(/description +"old" → "new"/);
    expect(text.stdout.trimEnd()).toMatch(/\nPlan for dev: 1 to create, 1 to update, 1 unchanged, 1 unmanaged\.$/);
    expect(await world.writes()).toEqual([]);
  });

  it('is the same plan twice, and its hash does not depend on when or how it is shown', async () => {
    const world = await openWorld({ engines: [liveEngine('e1', 'A', { description: 'old' })] });
    await world.write('dev/a.yaml', engine('A', { description: 'new' }));
    const [one, other] = [await world.cli('plan', 'dev', ...json), await world.cli('plan', 'dev', ...json)];
    expect(one.stdout).toBe(other.stdout);
    await world.write('dev/a.yaml', engine('A', { description: 'newer' }));
    const changed = documentOf(await world.cli('plan', 'dev', ...json), 'plan');
    expect(changed.planHash).not.toBe(documentOf(one, 'plan').planHash);
  });

  it('exits with 2 for differences only under --detailed-exitcode', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('A'));
    expect((await world.cli('plan', 'dev')).code).toBe(0);
    expect((await world.cli('plan', 'dev', '--detailed-exitcode')).code).toBe(2);
  });

  it('in Markdown has one table row and one folded diff a resource', async () => {
    const world = await openWorld({ engines: [liveEngine('e1', 'A', { description: 'old' })] });
    await world.write('dev/a.yaml', engine('A', { description: 'new' }), engine('B'), webhook('Hook'));
    const { code, stdout } = await world.cli('plan', 'dev', '--format', 'markdown');
    expect(code).toBe(0);
    expect(stdout.match(/^\| .*(create|update) \|.*\|$/gm)).toHaveLength(3);
    expect(stdout.match(/^<details>/gm)).toHaveLength(3);
    expect(stdout).toContain('SIMULATOR');
    expect(stdout).toMatch(/^-.*old/m);
    expect(stdout).toMatch(/^\+.*new/m);
  });

  it('with --only plans what it names, judges unmanaged against all, and says when nothing matches', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('A'), engine('B'), engine('AB'));
    const only = documentOf(await world.cli('plan', 'dev', '--only', 'SpeechEngine/A*', ...json), 'plan');
    expect(only).toMatchObject({ only: ['SpeechEngine/A*'], changes: [{ name: 'A' }, { name: 'AB' }], unmanaged: [] });
    const none = await world.cli('plan', 'dev', '--only', 'SpeechEngine/C@1.0.0', ...json);
    expect([none.code, documentOf(none, 'error').error?.problems]).toMatchObject([
      3,
      [{ code: 'only-matches-nothing', message: '--only SpeechEngine/C@1.0.0: no manifest has this identity' }],
    ]);
  });

  it('with --only names the dependency that it leaves out', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('A'), webhook('Hook', { engines: ['SpeechEngine/A@1.0.0'] }));
    const left = await world.cli('plan', 'dev', '--only', 'Webhook/Hook');
    expect([left.code, left.stderr]).toEqual([3, expect.stringContaining('--only SpeechEngine/A@1.0.0')]);
    const added = await world.cli('plan', 'dev', '--only', 'Webhook/Hook', '--only', 'SpeechEngine/A@1.0.0');
    expect(added.code).toBe(0);
  });

  it('with --only refuses splits that would pass 100 with what stays, and names what to add', async () => {
    const world = await openWorld({
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
    const raised = await world.cli('plan', 'dev', '--only', 'SpeechEngine/A@2.0.0');
    expect([raised.code, raised.stderr]).toEqual([3, expect.stringContaining('sum to 140')]);
    expect(raised.stderr).toContain('SpeechEngine/A@1.0.0');
    expect((await world.cli('plan', 'dev', '--only', 'SpeechEngine/A@1.0.0')).code).toBe(0);
  });

  it('lists splits that pass 100 with an unmanaged live version as refused; apply exits with 5 and writes nothing', async () => {
    const world = await openWorld({
      engines: [liveEngine('old', 'A', { version: '0.9.0', trafficSplit: 60 }), liveEngine('v1', 'A')],
    });
    await world.write('dev/a.yaml', engine('A', { trafficSplit: 50 }));
    const plan = await world.cli('plan', 'dev', ...json);
    expect([plan.code, documentOf(plan, 'plan').refusals]).toMatchObject([
      0,
      [{ code: 'traffic-over-100', id: 'SpeechEngine/A' }],
    ]);
    const apply = await world.cli('apply', 'dev', '--auto-approve', ...json);
    const refused = documentOf(apply, 'apply');
    expect([apply.code, refused.status, refused.error?.code]).toEqual([5, 'refused', 'GuardrailError']);
    expect(apply.stderr).toContain('110');
    expect(await world.writes()).toEqual([]);
  });

  it('refuses two live engines of one identity and names both ids', async () => {
    const world = await openWorld({ engines: [liveEngine('one', 'A'), liveEngine('two', 'A')] });
    await world.write('dev/a.yaml', engine('A', { description: 'x' }));
    const run = await world.cli('plan', 'dev');
    expect([run.code, run.stderr]).toEqual([3, expect.stringMatching(/one and two[^]*metadata\.engineId/)]);
    await world.write('dev/a.yaml', engine('A', { description: 'x' }, { engineId: 'two' }));
    const pinned = documentOf(await world.cli('plan', 'dev', ...json), 'plan');
    expect(pinned.changes).toMatchObject([{ remoteId: 'two' }]);
  });

  it('renames in place', async () => {
    const world = await openWorld({ engines: [liveEngine('e1', 'Old name')] });
    await world.write('dev/a.yaml', engine('New name', {}, { previousNames: ['Old name'] }));
    const plan = documentOf(await world.cli('plan', 'dev', ...json), 'plan');
    expect(plan.changes).toMatchObject([{ action: 'update', remoteId: 'e1', fields: [{ path: '/name' }] }]);
    expect((await world.cli('apply', 'dev', '--auto-approve')).code).toBe(0);
    expect(await world.engines()).toMatchObject([{ speechEngineId: 'e1', name: 'New name' }]);
    expect((await world.cli('plan', 'dev', '--detailed-exitcode')).code).toBe(0);
  });

  it('of several environments is one JSON document, and --out a folder', async () => {
    const world = await openWorld();
    const spec = { baseUrl: world.simulator.url };
    await world.write('prod/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
    await world.write('prod/a.yaml', engine('A'));
    for (const which of [['--all'], ['dev', 'prod']]) {
      const run = await world.cli('plan', ...which, '--detailed-exitcode', '--out', 'plans', ...json);
      expect(run.code).toBe(2);
      expect(documentsOf(run, 'plan').map(({ environment }) => environment)).toEqual(['dev', 'prod']);
    }
    for (const name of ['dev', 'prod']) {
      const saved = documentOf({ stdout: await world.read(`plans/${name}.json`), stderr: '' }, 'plan');
      expect(saved.environment).toBe(name);
    }
    const text = await world.cli('plan', '--all');
    expect(text.stdout).toMatch(/Plan for dev: nothing to do[^]*Plan for prod: 1 to create/);
  });
});

describe.concurrent('a saved plan', () => {
  async function savedPlan() {
    const world = await openWorld({
      engines: [liveEngine('a', 'A', { description: 'old' }), liveEngine('b', 'B', { description: 'old' })],
    });
    await world.write('dev/a.yaml', engine('A', { description: 'new' }));
    await world.write('dev/b.yaml', engine('B', { description: 'new' }));
    const run = await world.cli('plan', 'dev', '--out', 'plan.json');
    expect([run.code, run.stderr]).toEqual([0, 'saved plan.json\n']);
    const apply = async () => world.cli('apply', 'dev', '--auto-approve', '--plan', 'plan.json', ...json);
    return { world, apply };
  }

  it('that still is the plan is applied', async () => {
    const { world, apply } = await savedPlan();
    const run = await apply();
    expect([run.code, documentOf(run, 'apply').status]).toEqual([0, 'applied']);
    const saved = JSON.parse(await world.read('plan.json'));
    expect(documentOf(run, 'apply').planHash).toBe(saved.planHash);
  });

  it('is stale with 6 when live changed, and says then and now', async () => {
    const { world, apply } = await savedPlan();
    await world.control('PATCH', 'engines/a', { description: 'someone else' });
    const run = await apply();
    const refused = documentOf(run, 'apply');
    expect([run.code, refused.status, refused.error?.code]).toEqual([6, 'refused', 'StalePlanError']);
    expect(run.stderr).toMatch(/SpeechEngine\/A@1\.0\.0: then update a \([0-9a-f]{12} →/);
    expect(await world.writes()).toEqual([]);
  });

  it.each([
    ['changed', 'dev/a.yaml', engine('A', { description: 'newer' })],
    ['were added', 'dev/c.yaml', engine('C')],
  ])('is stale with 6 when manifests %s', async (_how, file, document) => {
    const { world, apply } = await savedPlan();
    await world.write(file, document);
    const run = await apply();
    const refused = documentOf(run, 'apply');
    expect([run.code, refused.status, refused.error?.code]).toEqual([6, 'refused', 'StalePlanError']);
    expect(await world.writes()).toEqual([]);
  });

  it('that was edited is refused with 3', async () => {
    const { world, apply } = await savedPlan();
    const text = await world.read('plan.json');
    const edits = [text.replace('"remoteId": "a"', '"remoteId": "b"'), text.slice(0, -20), '{}', '[]'];
    for (const edit of edits) {
      expect(edit).not.toBe(text);
      await writeFile(path.join(world.folder, 'plan.json'), edit);
      const run = await apply();
      expect([run.code, documentOf(run, 'error').error?.message]).toEqual([3, expect.stringContaining('plan.json')]);
    }
    expect(await world.requests()).toHaveLength(3);
  });

  it('that was applied already says so for each change', async () => {
    const { world, apply } = await savedPlan();
    await world.control('PATCH', 'engines/b', { description: 'new' });
    const partly = await apply();
    expect([partly.code, documentOf(partly, 'apply')]).toMatchObject([
      0,
      {
        status: 'applied',
        outcomes: [
          { id: 'SpeechEngine/B@1.0.0', status: 'already-applied' },
          { id: 'SpeechEngine/A@1.0.0', status: 'applied' },
        ],
      },
    ]);
    await world.forget();
    const again = await apply();
    expect(again.code).toBe(0);
    expect(documentOf(again, 'apply').outcomes).toMatchObject([
      { status: 'already-applied' },
      { status: 'already-applied' },
    ]);
    expect(await world.writes()).toEqual([]);
  });

  it('with --only is another plan without it, even where the changes are the same', async () => {
    const { world } = await savedPlan();
    const only = ['--only', 'SpeechEngine/*'];
    expect((await world.cli('plan', 'dev', ...only, '--out', 'only.json')).code).toBe(0);
    const other = await world.cli('apply', 'dev', '--auto-approve', '--plan', 'only.json');
    expect([other.code, await world.writes()]).toEqual([6, []]);
    const same = await world.cli('apply', 'dev', '--auto-approve', '--plan', 'only.json', ...only);
    expect(same.code).toBe(0);
    expect((await world.engines()).map(({ description }) => description)).toEqual(['new', 'new']);
  });

  it('that can not be written is an error, and a file where its folder should be too', async () => {
    const { world } = await savedPlan();
    const run = await world.cli('plan', 'dev', '--out', 'plan.json/nested.json', ...json);
    expect([run.code, documentOf(run, 'error').error?.code]).toEqual([1, 'FileError']);
    expect((await readFile(path.join(world.folder, 'plan.json'), 'utf8')).length).toBeGreaterThan(100);
  });
});
