import { afterAll, describe, expect, it } from 'vitest';
import { documentOf } from './documents.js';
import { engine, liveEngine, webhook } from './manifests.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

/** `dev` over a base: the split is the environment's, the rest the base's. */
async function layered(): Promise<World> {
  const world = await openWorld({
    environment: { bases: ['base'], defaults: { SpeechEngine: { noiseSuppression: false } } },
    engines: [liveEngine('1f0a', 'IVR', { trafficSplit: 100 })],
  });
  await world.write('base/a.yaml', engine('IVR', { trafficSplit: 100 }), webhook('Hook'));
  const { apiVersion, kind } = engine('IVR');
  await world.write('dev/a.yaml', {
    apiVersion,
    kind,
    metadata: { name: 'IVR' },
    spec: { version: '1.0.0', trafficSplit: 50 },
  });
  return world;
}

const id = 'SpeechEngine/IVR@1.0.0';

describe('validate --explain', () => {
  it('says what sets each field, and what that overrides', async () => {
    const world = await layered();
    const { code, stdout } = await world.cli('validate', 'dev', '--explain', id);
    expect(code).toBe(0);
    expect(stdout).toContain(
      '    trafficSplit               50\n        dev       environments/dev/a.yaml:9\n        base      environments/base/a.yaml:11  was 100\n',
    );
    expect(stdout).toContain(
      '    noiseSuppression           false\n        defaults  environments/dev/environment.yaml:12\n',
    );
    expect(stdout).toMatch(/^ {4}acousticFeatureExtraction {2}"standard" {2}default$/m);
    expect(stdout).toMatch(/\n\n✔ valid dev: 2 resources, .*\n$/);
    const { explained } = documentOf(
      await world.cli('validate', 'dev', '--explain', id, '--format', 'json'),
      'validate',
    );
    expect(explained).toMatchObject({ id });
    expect(explained?.['fields']).toContainEqual({
      path: '/spec/trafficSplit',
      value: 50,
      origin: { file: 'environments/dev/a.yaml', line: 9, column: 21, layer: 'dev' },
      overridden: [{ file: 'environments/base/a.yaml', line: 11, column: 21, layer: 'base', value: 100 }],
    });
  });

  it('explains what can be layered where manifests are faulty, and still fails', async () => {
    const world = await layered();
    await world.write('dev/b.yaml', engine('Other', { trafficSplit: 'all' }), { apiVersion: 'cxone-gitops/v1' });
    const { code, stdout } = await world.cli('validate', 'dev', '--explain', id);
    expect([code, stdout]).toEqual([3, expect.stringContaining('base/a.yaml:11  was 100')]);
    const other = await world.cli('validate', 'dev', '--explain', 'SpeechEngine/Other@1.0.0');
    expect([other.code, other.stdout]).toEqual([3, expect.stringMatching(/trafficSplit +"all"/)]);
  });

  it('explains a resource that is switched off, and by which layer', async () => {
    const world = await layered();
    await world.write('dev/b.yaml', engine('Off', { trafficSplit: 100 }, { enabled: false }));
    const { code, stdout } = await world.cli('validate', 'dev', '--explain', 'SpeechEngine/Off@1.0.0');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/enabled +false\n +dev +environments\/dev\/b.yaml/)]);
  });

  it.each([
    [['dev', '--explain', 'SpeechEngine/IVR@1.0'], 'Did you mean SpeechEngine/IVR@1.0.0?'],
    [['dev', '--explain', 'x'], 'There are: SpeechEngine/IVR@1.0.0, Webhook/Hook.'],
    [['--explain', id], 'Name the environment'],
    [['--all', '--explain', id], 'Name the environment'],
    [['dev', '--explain', id, '--format', 'junit'], 'It is shown with --format text or json.'],
  ])('refuses %j', async (args, hint) => {
    const world = await layered();
    const { code, stderr } = await world.cli('validate', ...args);
    expect([code, stderr]).toEqual([3, expect.stringContaining(hint)]);
  });
});

describe('plan --explain', () => {
  it('says where the manifests set what changes, and stays the same plan', async () => {
    const world = await layered();
    const text = await world.cli('plan', 'dev', '--explain', '--only', id);
    expect(text.stdout).toContain('    trafficSplit      100 → 50\n        dev       environments/dev/a.yaml:9\n');
    const markdown = await world.cli('plan', 'dev', '--explain', '--format', 'markdown');
    expect(markdown.stdout).toContain('\n+ trafficSplit: 50\n    set in environments/dev/a.yaml:9 (dev)\n');
    const explained = documentOf(await world.cli('plan', 'dev', '--explain', '--format', 'json'), 'plan');
    const bare = documentOf(await world.cli('plan', 'dev', '--format', 'json'), 'plan');
    expect(explained['planHash']).toBe(bare['planHash']);
    expect(explained['changes']?.[0]?.['fields']).toContainEqual({
      path: '/trafficSplit',
      before: 100,
      after: 50,
      cause: 'unattributed',
      origin: { file: 'environments/dev/a.yaml', line: 9, column: 21, layer: 'dev' },
    });
    expect(JSON.stringify(bare)).not.toContain('"origin"');
  });

  it('saves a plan that apply takes', async () => {
    const world = await layered();
    await world.cli('plan', 'dev', '--explain', '--out', 'plan.json');
    expect((await world.cli('apply', 'dev', '--plan', 'plan.json', '--auto-approve')).code).toBe(0);
  });
});
