import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf, documentsOf } from './documents.js';
import { engine, webhook } from './manifests.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

const apply = ['apply', 'dev', '--auto-approve'];

function environment(baseUrl: string, members: object = {}) {
  return { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec: { baseUrl, listLag: 'PT0S', ...members } };
}

/** `dev` and `twin` at one endpoint, which spell it differently. */
async function twins(): Promise<World> {
  const world = await openWorld();
  await world.write('dev/a.yaml', engine('IVR'));
  await world.write(
    'twin/environment.yaml',
    environment(`${world.simulator.url.toUpperCase().replace('HTTP', 'http')}/`),
  );
  return world;
}

describe.concurrent('two environments of one endpoint', () => {
  it('that manage one identity are refused by plan, drift and apply, and are a problem at its line', async () => {
    const world = await twins();
    await world.write('twin/b.yaml', webhook('Hook'), engine('IVR'));
    const validate = await world.cli('validate', 'dev', '--format', 'json');
    expect([validate.code, documentOf(validate, 'validate').problems]).toMatchObject([
      3,
      [
        {
          code: 'claimed-elsewhere',
          file: 'environments/dev/a.yaml',
          line: 1,
          message: expect.stringMatching(
            /^SpeechEngine\/IVR@1\.0\.0 is managed by environment twin, too \(environments\/twin\/b\.yaml:\d+\)/,
          ),
        },
      ],
    ]);
    for (const args of [['plan', 'dev'], ['drift', 'dev'], apply, ['plan', 'twin']]) {
      const refused = await world.cli(...args, '--format', 'json');
      const { error } = documentOf(refused, 'error');
      expect([args, refused.code, error?.problems]).toMatchObject([args, 3, [{ code: 'claimed-elsewhere' }]]);
    }
    // The operator's endpoint is another matter.
    expect((await world.cli('plan', 'dev', '--endpoint', world.simulator.url)).code).toBe(3);
    expect(await world.requests()).toEqual([]);
    const all = await world.cli('validate', '--all', '--format', 'json');
    expect(documentsOf(all, 'validate')).toMatchObject([{ status: 'invalid' }, { status: 'invalid' }]);
  });

  it('that manage different ones are fine, and so are two of different endpoints', async () => {
    const world = await twins();
    await world.write('twin/b.yaml', engine('IVR', { version: '2.0.0' }));
    expect((await world.cli('validate', '--all')).code).toBe(0);
    expect((await world.cli(...apply)).code).toBe(0);
    await world.write('twin/b.yaml', engine('IVR'));
    await world.write('twin/environment.yaml', environment('https://acme.api.nicecxone.com'));
    expect((await world.cli('validate', '--all')).code).toBe(0);
    expect((await world.cli('plan', 'dev')).code).toBe(0);
  });

  it('do not block each other where one is invalid or can not be read', async () => {
    const world = await twins();
    await world.write('twin/b.yaml', engine('IVR'), { kind: 'Nothing' });
    expect((await world.cli('plan', 'dev')).code).toBe(0);
    await world.write('twin/environment.yaml', { kind: 'Environment' });
    expect((await world.cli('plan', 'dev')).code).toBe(0);
    expect((await world.cli('validate', 'dev')).code).toBe(0);
  });
});

async function git(folder: string, ...args: string[]): Promise<void> {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const own = { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  await promisify(execFile)('git', ['-C', folder, ...identity, ...args], { env: own });
}

describe.concurrent('an environment that a pull request adds', () => {
  const trusted = ['--trust-ref', 'origin/main'];
  const request = { GITHUB_EVENT_NAME: 'pull_request' };

  it('is named in the preview where its endpoint is that of another, and refused in the run of a pull request', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    await git(world.folder, 'init', '--quiet', '--initial-branch=topic');
    await git(world.folder, 'add', 'environments');
    await git(world.folder, 'commit', '--quiet', '--message', 'manifests');
    await git(world.folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    expect((await world.cliWith({ env: request }, 'plan', 'dev', ...trusted)).code).toBe(0);

    await world.write('added/environment.yaml', environment(world.simulator.url));
    await world.write('added/a.yaml', engine('Another'));
    const words = 'environment added is not at origin/main, and its endpoint is that of dev';
    const preview = await world.cli('plan', 'dev', ...trusted, '--format', 'markdown');
    expect([preview.code, preview.stdout]).toEqual([0, expect.stringContaining('> **Trusted settings**')]);
    expect(preview.stderr).toContain(`warning: ${words}`);
    await world.forget();
    for (const name of ['dev', 'added']) {
      const refused = await world.cliWith({ env: request }, 'plan', name, ...trusted);
      expect([name, refused.code, refused.stderr]).toEqual([name, 3, expect.stringContaining(words)]);
    }
    expect(await world.requests()).toEqual([]);

    // One at an endpoint of its own is nobody's concern, and one that is gone is not there.
    await world.write('added/environment.yaml', environment('https://acme.api.nicecxone.com'));
    expect((await world.cliWith({ env: request }, 'plan', 'dev', ...trusted)).code).toBe(0);
    await rm(path.join(world.folder, 'environments/added'), { recursive: true });
    expect((await world.cliWith({ env: request }, 'plan', 'dev', ...trusted)).stderr).not.toContain('added');
  });
});
