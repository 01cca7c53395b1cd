import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf } from './documents.js';
import { engine, liveEngine, pipeline, webhook } from './manifests.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

const json = ['--format', 'json'];
const file = 'environments/dev/catalog.json';

/** What was asked of the catalogue since the last `forget`. */
async function asked(world: World): Promise<string[]> {
  const paths = (await world.requests()).map(({ path: at }) => at.replace(/\?.*/, ''));
  return paths.filter((at) => /models|profiles/.test(at)).toSorted();
}

const both = ['/api/v2/speech/models', '/api/v2/speech/profiles'];

/** Changes the committed catalogue, as somebody who edits or as time does. */
async function edit(world: World, change: (text: string) => string): Promise<void> {
  const at = path.join(world.folder, file);
  await writeFile(at, change(await readFile(at, 'utf8')));
}

describe.concurrent('plan, without a committed catalogue', () => {
  it('fetches the live one for a create, and for a change of model, profile or extraction, and for nothing else', async () => {
    const live = liveEngine('e1', 'A', { description: 'old', trafficSplit: 10 });
    const world = await openWorld({ engines: [live] });
    const cases: [object, string[]][] = [
      [{ description: 'new', trafficSplit: 10 }, []],
      [{ description: 'old', trafficSplit: 20 }, []],
      [{ description: 'old', trafficSplit: 10 }, []],
      [{ audioProcessingOptions: { acousticFeatureExtraction: { frameSizeMs: 20 } } }, []],
      [{ acousticModelId: 'us-en-acoustic-model-v5' }, both],
      [{ languageProfileId: 'us-en-finance-language-profile' }, both],
      [{ acousticFeatureExtraction: 'enhanced' }, both],
      [{ acousticFeatureExtraction: 'high_decibel', audioProcessingOptions: pipeline }, both],
      [{ version: '2.0.0' }, both],
    ];
    for (const [spec, expected] of cases) {
      await world.write('dev/a.yaml', engine('A', spec), webhook('H'));
      await world.forget();
      const run = await world.cli('plan', 'dev');
      expect([spec, run.code, run.stderr, await asked(world)]).toEqual([spec, 0, '', expected]);
    }
  });

  it('refuses a new engine that asks for what CXone has not, with each place, before anything is written', async () => {
    const world = await openWorld({ engines: [liveEngine('e1', 'Moved')], tier: 'standard' });
    await world.write('dev/a.yaml', engine('New', { acousticModelId: 'us-en-acoustic-modl-v4' }));
    await world.write('dev/b.yaml', engine('Moved', { languageProfileId: 'de-de-language-profile' }));
    await world.write('dev/c.yaml', engine('Loud', { acousticFeatureExtraction: 'high_decibel' }));
    for (const command of [
      ['plan', 'dev'],
      ['apply', 'dev', '--auto-approve'],
    ]) {
      const run = await world.cli(...command, ...json);
      const { error } = documentOf(run, 'error');
      expect([run.code, error?.code]).toEqual([3, 'ManifestError']);
      expect(error?.problems).toMatchObject([
        {
          code: 'missing-feature',
          file: 'environments/dev/c.yaml',
          line: 11,
          message: expect.stringMatching(/^SpeechEngine\/Loud@1\.0\.0: .*features are standard\.$/),
        },
        { code: 'locale-mismatch', file: 'environments/dev/b.yaml', path: '/spec/languageProfileId' },
        {
          code: 'unknown-model',
          file: 'environments/dev/a.yaml',
          line: 9,
          hint: 'Did you mean `us-en-acoustic-model-v4`?',
        },
      ]);
      expect(run.stderr).toContain("held against CXone's catalogue, its changes have 3 errors");
    }
    expect(await world.writes()).toEqual([]);
  });

  it('under --only judges what is planned', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('Good'), engine('Bad', { acousticModelId: 'none' }));
    const good = await world.cli('plan', 'dev', '--only', 'SpeechEngine/Good@1.0.0');
    expect([good.code, good.stderr]).toEqual([0, '']);
    expect((await world.cli('plan', 'dev', '--only', 'SpeechEngine/Bad@1.0.0')).code).toBe(3);
  });

  it('tells of an unchanged engine whose model is gone, and goes on', async () => {
    const world = await openWorld({ engines: [liveEngine('e1', 'Old', { acousticModelId: 'retired-model' })] });
    await world.write('dev/a.yaml', engine('Old', { acousticModelId: 'retired-model' }), engine('New'));
    const words =
      "environments/dev/a.yaml:9: SpeechEngine/Old@1.0.0: acousticModelId retired-model is not in the organisation's catalogue.";
    const plan = await world.cli('plan', 'dev', '--format', 'markdown');
    expect([plan.code, plan.stderr]).toEqual([0, `warning: ${words}\n`]);
    expect(plan.stdout).toMatch(/^> \*\*Catalogue\*\* <code>environments.*retired-model is not in/m);
    const apply = await world.cli('apply', 'dev', '--auto-approve', '--quiet');
    expect([apply.code, apply.stderr]).toEqual([0, '']);
  });

  it('tells of a deprecated model of a new engine', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('New', { acousticModelId: 'us-en-acoustic-model-v3' }));
    const run = await world.cli('plan', 'dev');
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('us-en-acoustic-model-v3 is deprecated')]);
  });

  it.each([
    [{ fault: 'status', status: 401 }, 'answered 401'],
    [{ fault: 'status', status: 403 }, 'answered 403'],
    [
      { fault: 'status', status: 404, body: { code: 'not_found', message: 'no' } },
      'this CXone has no list of profiles',
    ],
    [{ fault: 'status', status: 405 }, 'this CXone has no list of profiles'],
    [{ fault: 'status', status: 501 }, 'this CXone has no list of profiles'],
    [{ fault: 'status', status: 200, body: '<html>' }, '/api/v2/speech/profiles'],
    [{ fault: 'page-loop' }, 'leads back'],
  ])(
    'says, where profiles meet %j, that nothing was checked, and plans and applies all the same',
    async (fault, words) => {
      const world = await openWorld();
      await world.write('dev/a.yaml', engine('New'));
      await world.faults({ path: '/speech/profiles', ...fault });
      const plan = await world.cli('plan', 'dev', ...json);
      expect([plan.code, documentOf(plan, 'plan').summary?.create]).toEqual([0, 1]);
      expect(plan.stderr).toMatch(/^warning: the catalogue was not checked: .*\n$/);
      expect(plan.stderr).toContain(words);
      expect((await world.cli('apply', 'dev', '--auto-approve')).code).toBe(0);
    },
  );

  it('drift asks for no catalogue', async () => {
    const world = await openWorld({ engines: [liveEngine('e1', 'A', { acousticFeatureExtraction: 'enhanced' })] });
    await world.cli('catalog', 'dev');
    await world.write('dev/a.yaml', engine('A'));
    await world.forget();
    expect((await world.cli('drift', 'dev')).code).toBe(2);
    expect(await asked(world)).toEqual([]);
  });

  it('an apply that plans more than once fetches the catalogue once', async () => {
    const world = await openWorld({ environment: { listLag: 'PT1S' } });
    await world.write('dev/a.yaml', engine('New'));
    const run = await world.cli('apply', 'dev', '--auto-approve', '--quiet');
    const listed = (await world.requests()).filter(({ method, path: at }) => method === 'GET' && /engines\?/.test(at));
    expect([run.code, listed.length, await asked(world)]).toEqual([0, 2, both]);
  });
});

describe.concurrent('plan, with a committed catalogue', () => {
  it('warns when it is old, with how much differs and what to do, in Markdown too', async () => {
    const world = await openWorld();
    await world.cli('catalog', 'dev');
    expect((await world.cli('plan', 'dev')).stderr).toBe('');
    await edit(world, (text) =>
      text
        .replace('"tier": "premium"', '"tier": "enhanced"')
        .replace(/ {4}\{ "id": "au-en-language-profile".*\},\n/, ''),
    );
    const words =
      'environments/dev/catalog.json is old: 1 model and 1 profile differ from what CXone has; run `cxone-gitops catalog dev`';
    const plan = await world.cli('plan', 'dev', '--format', 'markdown');
    expect([plan.code, plan.stderr]).toEqual([0, `warning: ${words}\n`]);
    expect(plan.stdout).toContain('> **Catalogue** ');
    await world.cli('catalog', 'dev');
    expect((await world.cli('plan', 'dev')).stderr).toBe('');
  });

  it('asks for the live one beside the other lists, and apply does not compare', async () => {
    const world = await openWorld({ engines: [liveEngine('e1', 'A', { description: 'old' })] });
    await world.cli('catalog', 'dev');
    await edit(world, (text) => text.replace('premium', 'enhanced'));
    await world.write('dev/a.yaml', engine('A', { description: 'new' }));
    await world.forget();
    await world.cli('plan', 'dev');
    expect((await world.requests()).map(({ path: at }) => at.replace(/\?.*/, '')).toSorted()).toEqual([
      '/api/v2/speech/engines',
      ...both,
      '/api/v2/webhooks',
      '/oauth/token',
    ]);
    await world.forget();
    const apply = await world.cli('apply', 'dev', '--auto-approve', '--quiet');
    expect([apply.code, apply.stderr, await asked(world)]).toEqual([0, '', []]);
  });

  it('that is old refuses nothing that CXone has: only validate goes by it', async () => {
    const world = await openWorld();
    await world.cli('catalog', 'dev');
    await edit(world, (text) => text.replaceAll('us-en-acoustic-model-v5', 'us-en-acoustic-model-v6'));
    await world.write('dev/a.yaml', engine('A', { acousticModelId: 'us-en-acoustic-model-v5' }));
    expect((await world.cli('validate', 'dev')).code).toBe(3);
    const plan = await world.cli('plan', 'dev');
    expect([plan.code, plan.stderr]).toEqual([0, expect.stringContaining('is old: 2 models and 0 profiles differ')]);
    expect((await world.cli('apply', 'dev', '--auto-approve')).code).toBe(0);
  });

  it('that has a feature no more lets traffic leave the engine that uses it', async () => {
    const loud = { acousticFeatureExtraction: 'high_decibel' };
    const world = await openWorld({
      tier: 'standard',
      engines: [
        liveEngine('v1', 'A', { ...loud, trafficSplit: 100 }),
        liveEngine('v2', 'A', { version: '2.0.0', trafficSplit: 0 }),
      ],
    });
    await world.cli('catalog', 'dev');
    await world.write(
      'dev/a.yaml',
      engine('A', { ...loud, trafficSplit: 0 }),
      engine('A', { version: '2.0.0', trafficSplit: 100 }),
    );
    expect((await world.cli('validate', 'dev')).code).toBe(3);
    const apply = await world.cli('apply', 'dev', '--auto-approve');
    expect([apply.code, (await world.engines()).map(({ trafficSplit }) => trafficSplit)]).toEqual([0, [0, 100]]);
    expect((await world.cli('drift', 'dev')).code).toBe(0);
  });

  it('stands in for the live one where that is not permitted', async () => {
    const world = await openWorld();
    await world.cli('catalog', 'dev');
    await world.write('dev/a.yaml', engine('A', { acousticModelId: 'nothing-like-it' }));
    await world.faults({ path: '/speech/models', fault: 'status', status: 403 });
    for (const command of [
      ['plan', 'dev'],
      ['apply', 'dev', '--auto-approve'],
    ]) {
      const run = await world.cli(...command, ...json);
      expect([run.code, documentOf(run, 'error').error?.problems]).toMatchObject([
        3,
        [{ code: 'unknown-model', hint: 'If it is new, run `cxone-gitops catalog dev`.' }],
      ]);
    }
    await world.write('dev/a.yaml', engine('A'));
    const run = await world.cli('plan', 'dev');
    expect([run.code, run.stderr]).toEqual([
      0,
      expect.stringMatching(/^warning: the committed catalogue was taken for the live one: .*answered 403.*\n$/),
    ]);
    expect(await world.writes()).toEqual([]);
  });
});
