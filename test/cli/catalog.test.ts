import { lstat, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf } from './documents.js';
import { engine } from './manifests.js';
import { run as runProgram } from './program.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

const json = ['--format', 'json'];
const file = 'environments/dev/catalog.json';

async function setCatalogue(world: World, models: object[], profiles: object[]): Promise<void> {
  await world.control('PUT', 'state', {
    models: models.map((model) => ({
      name: 'M',
      locale: 'en-US',
      tier: 'standard',
      features: [],
      status: 'active',
      ...model,
    })),
    profiles: profiles.map((profile) => ({ name: 'P', locale: 'en-US', status: 'active', ...profile })),
  });
}

/** The requests since the last `forget`, without their queries. */
async function sent(world: World): Promise<string[]> {
  return (await world.requests()).map(({ method, path: at }) => `${method} ${at.replace(/\?.*/, '')}`).toSorted();
}

const lists = ['GET /api/v2/speech/models', 'GET /api/v2/speech/profiles', 'POST /oauth/token'];

describe.concurrent('catalog', () => {
  it('writes what the organisation has, sorted, and a second time says unchanged and leaves the file alone', async () => {
    const world = await openWorld();
    const first = await world.cli('catalog', 'dev');
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toMatch(
      /^dev at http:\/\/127\.0\.0\.1:\d+ {2}SIMULATOR\n\nModels: 15 added, 0 changed, 0 removed\n/,
    );
    expect(first.stdout).toContain('\n    + us-en-acoustic-model-v4\n');
    expect(first.stdout.trimEnd()).toMatch(
      /\nCatalogue of dev: 15 models, 10 profiles\. Wrote environments\/dev\/catalog\.json\.$/,
    );
    expect(await sent(world)).toEqual(lists);
    const text = await world.read(file);
    const catalog = documentOf({ stdout: text, stderr: '' }, 'catalog');
    expect(catalog.models?.[14]).toEqual({
      id: 'us-en-acoustic-model-v5',
      name: 'Acoustic model us-en-acoustic-model-v5',
      locale: 'en-US',
      tier: 'premium',
      features: ['enhanced', 'high_decibel', 'standard'],
      status: 'active',
    });
    for (const list of [catalog.models, catalog.profiles]) {
      const ids = Array.from(list as unknown as { id: string }[], ({ id }) => id);
      expect(ids).toEqual(ids.toSorted());
    }
    const before = await lstat(path.join(world.folder, file));

    const second = await world.cli('catalog', 'dev');
    expect([second.code, second.stdout]).toEqual([
      0,
      'Catalogue of dev: 15 models, 10 profiles. environments/dev/catalog.json is unchanged.\n',
    ]);
    expect(await world.read(file)).toBe(text);
    expect((await lstat(path.join(world.folder, file))).ino).toBe(before.ino);
    expect(await readdir(path.join(world.folder, 'environments/dev'))).toEqual(['catalog.json', 'environment.yaml']);
  });

  it('names what was added, removed and changed, in JSON too', async () => {
    const world = await openWorld();
    await setCatalogue(world, [{ id: 'kept' }, { id: 'changed' }, { id: 'gone' }], [{ id: 'p' }]);
    expect(documentOf(await world.cli('catalog', 'dev', ...json), 'catalog-update')).toMatchObject({
      environment: 'dev',
      endpoint: world.simulator.url,
      simulated: true,
      status: 'written',
      file,
      models: { total: 3, added: ['changed', 'gone', 'kept'], removed: [], changed: [], unusable: 0 },
    });
    await setCatalogue(world, [{ id: 'new' }, { id: 'kept' }, { id: 'changed', status: 'retired' }], [{ id: 'p' }]);
    const text = await world.read(file);
    const checked = await world.cli('catalog', 'dev', '--check', ...json);
    const expected = {
      models: { total: 3, added: ['new'], removed: ['gone'], changed: ['changed'] },
      profiles: { total: 1, added: [], removed: [], changed: [] },
    };
    expect([checked.code, documentOf(checked, 'catalog-update')]).toMatchObject([
      2,
      { status: 'differs', ...expected },
    ]);
    expect(await world.read(file)).toBe(text);
    const differs = await world.cli('catalog', 'dev', '--check');
    expect([differs.code, differs.stdout]).toEqual([2, expect.stringContaining('differs, and was left alone.')]);
    expect(differs.stdout).toContain(
      '\nModels: 1 added, 1 changed, 1 removed\n    + new\n    ~ changed\n    - gone\n\n',
    );

    const written = await world.cli('catalog', 'dev', ...json);
    expect([written.code, documentOf(written, 'catalog-update')]).toMatchObject([
      0,
      { status: 'written', ...expected },
    ]);
    const unchanged = await world.cli('catalog', 'dev', '--check', ...json);
    expect([unchanged.code, documentOf(unchanged, 'catalog-update').status]).toEqual([0, 'unchanged']);
  });

  it('with --check finds a missing file to differ, and writes none', async () => {
    const world = await openWorld();
    const run = await world.cli('catalog', 'dev', '--check', ...json);
    expect([run.code, documentOf(run, 'catalog-update').status]).toEqual([2, 'differs']);
    await expect(lstat(path.join(world.folder, file))).rejects.toThrow('ENOENT');
  });

  it('takes a file that only a formatter has changed as it is', async () => {
    const world = await openWorld();
    await world.cli('catalog', 'dev');
    const pretty = JSON.stringify(JSON.parse(await world.read(file)), null, '\t');
    await writeFile(path.join(world.folder, file), pretty);
    expect((await world.cli('catalog', 'dev')).stdout).toContain('is unchanged');
    expect(await world.read(file)).toBe(pretty);
  });

  it('replaces a broken file, and says what was wrong with it', async () => {
    const world = await openWorld();
    await writeFile(path.join(world.folder, file), '{\n<<<<<<< HEAD\n');
    const run = await world.cli('catalog', 'dev', ...json);
    expect(documentOf(run, 'catalog-update').status).toBe('written');
    expect(run.stderr).toBe(
      `warning: ${file}:2:1: The file holds a merge conflict that nobody has resolved. What it held is not compared.\n`,
    );
    expect(documentOf({ stdout: await world.read(file), stderr: '' }, 'catalog').models?.[0]).toBeDefined();
  });

  it('works where the manifests have errors, and not where environment.yaml has', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 'all' }));
    expect((await world.cli('catalog', 'dev')).code).toBe(0);
    await world.write('dev/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec: {} });
    await world.forget();
    const run = await world.cli('catalog', 'dev', ...json);
    expect([run.code, documentOf(run, 'error').error]).toMatchObject([
      3,
      { code: 'ManifestError', problems: [{ code: 'no-endpoint', file: 'environments/dev/environment.yaml' }] },
    ]);
    expect(await world.requests()).toEqual([]);
  });

  it('leaves out rows whose ids no manifest can name, and what only the wire has', async () => {
    const world = await openWorld();
    const rows = [
      { id: '../../etc', name: 'x' },
      { id: 'm', name: '<img>\u202e\u001b[31m##[error]', locale: ['x'], constructor_: {}, secret: 'x', status: 'a\nb' },
    ];
    await world.faults({
      path: '/speech/models',
      fault: 'status',
      status: 200,
      body: JSON.stringify({ entities: rows, nextPageToken: null }),
    });
    const run = await world.cli('catalog', 'dev');
    expect([run.code, run.stderr]).toEqual([0, 'warning: 1 row of models left out: no manifest can name their ids\n']);
    const text = await world.read(file);
    expect(text).toContain('    { "id": "m", "name": "\\u003cimg>\\u202e [31m\\u0023\\u0023[error]" }\n');
    expect(JSON.parse(text).models).toHaveLength(1);
  });

  it('writes through no link, in place of no folder, and asks nobody before that is clear', async () => {
    const world = await openWorld();
    const at = (name: string) => path.join(world.folder, name);
    await writeFile(at('kept'), 'as it was');
    await symlink(at('kept'), at(file));
    const link = await world.cli('catalog', 'dev', ...json);
    expect([link.code, documentOf(link, 'error').error]).toMatchObject([
      1,
      { code: 'FileError', message: `${file}: ${file} is a symbolic link` },
    ]);
    await rename(at(file), at('link'));
    await mkdir(at(file));
    const folder = await world.cli('catalog', 'dev');
    expect([folder.code, folder.stderr]).toEqual([1, expect.stringContaining(`${file} is no plain file`)]);
    await rename(at('environments/dev'), at('dev'));
    await symlink(at('dev'), at('environments/dev'));
    expect((await world.cli('catalog', 'dev')).code).toBe(3);
    expect(await world.requests()).toEqual([]);
    expect(await readFile(at('kept'), 'utf8')).toBe('as it was');
  });

  it('does not write below a root that a link in the current folder leads to', async () => {
    const world = await openWorld();
    await rename(path.join(world.folder, 'environments'), path.join(world.folder, 'real'));
    await symlink('real', path.join(world.folder, 'environments'));
    const run = await world.cli('catalog', 'dev');
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('environments is a symbolic link')]);
    expect((await world.cli('catalog', 'dev', '--root', 'real')).code).toBe(0);
    expect(await readdir(path.join(world.folder, 'real/dev'))).toContain('catalog.json');
  });

  it.each([
    [401, 4, 'AuthError', 'speech:model:read'],
    [403, 4, 'AuthError', 'speech:model:read'],
    [405, 1, 'ApiError', "models can't be listed"],
    [500, 1, 'ApiError', '/api/v2/speech/models'],
  ])('ends, where models are answered %i, with %i and leaves the file alone', async (status, code, name, words) => {
    const world = await openWorld();
    await world.cli('catalog', 'dev');
    const text = await world.read(file);
    await world.faults({ path: '/speech/models', fault: 'status', status });
    const run = await world.cli('catalog', 'dev', ...json);
    const { error } = documentOf(run, 'error');
    expect([run.code, error?.code, JSON.stringify(error)]).toEqual([code, name, expect.stringContaining(words)]);
    expect(await world.read(file)).toBe(text);
  });

  it('has no ledger, and reads with a client that can write nothing', async () => {
    const world = await openWorld();
    await world.cli('catalog', 'dev');
    expect(await world.writes()).toEqual([]);
    expect((await readdir(world.folder)).toSorted()).toEqual(['environments']);
    const run = await world.cli('catalog', 'dev', '--ledger', 'x', ...json);
    expect([run.code, documentOf(run, 'error').error?.code]).toEqual([3, 'OptionError']);
  });

  it('is no run for a pull request without a ref whose settings count', async () => {
    const world = await openWorld({ environment: { baseUrl: undefined, orgId: 'acme' } });
    const run = await world.cliWith({ env: { GITHUB_EVENT_NAME: 'pull_request' } }, 'catalog', 'dev', ...json);
    expect([run.code, documentOf(run, 'error').error?.hint]).toEqual([3, expect.stringContaining('--trust-ref')]);
  });
});

describe.concurrent('a committed catalogue', () => {
  it('lets validate find offline what its organisation has not, and a fetch is the way out', async () => {
    const world = await openWorld({ tier: 'standard' });
    await world.cli('catalog', 'dev');
    await world.write(
      'dev/a.yaml',
      engine('Loud', { acousticFeatureExtraction: 'high_decibel' }),
      engine('Misspelt', { acousticModelId: 'us-en-acoustic-model-v44' }),
      engine('Elsewhere', { languageProfileId: 'de-de-language-profile' }),
      engine('Old', { acousticModelId: 'us-en-acoustic-model-v3' }),
    );
    await world.forget();
    const run = await world.cliWith(
      { env: { CXONE_CLIENT_ID: '', CXONE_CLIENT_SECRET: '' } },
      'validate',
      'dev',
      ...json,
    );
    const { problems } = documentOf(run, 'validate');
    expect([run.code, Array.from(problems as unknown as { code: string }[], ({ code }) => code)]).toEqual([
      3,
      ['missing-feature', 'unknown-model', 'locale-mismatch', 'not-active'],
    ]);
    expect(await world.requests()).toEqual([]);

    await setCatalogue(
      world,
      [{ id: 'us-en-acoustic-model-v4' }, { id: 'us-en-acoustic-model-v44' }, { id: 'us-en-acoustic-model-v3' }],
      [{ id: 'us-en-language-profile' }, { id: 'de-de-language-profile' }],
    );
    expect((await world.cli('catalog', 'dev')).code).toBe(0);
    expect((await world.cli('validate', 'dev')).code).toBe(0);
  });

  it('that is broken is a problem at its line for every command but the one that writes it anew', async () => {
    const world = await openWorld();
    await writeFile(path.join(world.folder, file), '{\n  "formatVersion": 1,\n  "models": {}\n}\n');
    const run = await world.cli('validate', 'dev');
    expect([run.code, run.stdout]).toEqual([3, expect.stringContaining(`${file}:3:13 error models must be`)]);
    expect((await world.cli('plan', 'dev')).code).toBe(3);
    expect((await world.cli('catalog', 'dev')).code).toBe(0);
    expect((await world.cli('plan', 'dev')).code).toBe(0);
  });

  it.each(['dev', 'prod', 'staging'])("of this repository's %s is the simulator's", async (name) => {
    const { simulator } = await openWorld();
    const variable = name === 'dev' ? 'CXONE_CLIENT' : `CXONE_${name.toUpperCase()}_CLIENT`;
    const env = { [`${variable}_ID`]: 'ci', [`${variable}_SECRET`]: 'simulator-secret' };
    const run = await runProgram(['catalog', name, '--check', '--endpoint', simulator.url], {
      cwd: process.cwd(),
      env,
    });
    expect([run.code, run.stdout]).toEqual([0, expect.stringContaining('is unchanged')]);
  });
});
