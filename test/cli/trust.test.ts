import { execFile } from 'node:child_process';
import { cp, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf } from './documents.js';
import { engine, liveEngine } from './manifests.js';
import { formsOf, run } from './program.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

async function git(folder: string, ...args: string[]): Promise<string> {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  return (await promisify(execFile)('git', ['-C', folder, ...identity, ...args], { env })).stdout;
}

async function commit(folder: string): Promise<void> {
  await git(folder, 'init', '--quiet', '--initial-branch=topic');
  await git(folder, 'add', 'environments');
  await git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'manifests');
}

function environment(baseUrl: string, members: object = {}) {
  return { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec: { baseUrl, listLag: 'PT0S', ...members } };
}

/** A checkout of a pull request: origin/main holds the world's own settings, HEAD those of somebody else. */
async function pullRequest(members: object = {}): Promise<{ world: World; thief: World }> {
  const [world, thief] = [await openWorld(), await openWorld()];
  await world.write('dev/a.yaml', engine('IVR'));
  await commit(world.folder);
  await git(world.folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
  await world.write('dev/environment.yaml', environment(thief.simulator.url, members));
  await commit(world.folder);
  return { world, thief };
}

const trusted = ['--trust-ref', 'origin/main'];

describe.concurrent('--trust-ref', () => {
  it('takes endpoint, credential variables and ledger from the tip of the ref, and names what the manifests change', async () => {
    const { world, thief } = await pullRequest({
      credentials: { clientSecret: { fromEnv: 'CXONE_OTHER_SECRET' } },
      ledger: { path: 'elsewhere' },
    });
    const env = { CXONE_OTHER_SECRET: 'not-for-this-run' };
    for (const [command, code] of [
      ['plan', 0],
      ['drift', 2],
    ] as const) {
      const { stderr, ...ended } = await world.cliWith({ env }, command, 'dev', ...trusted);
      expect([command, ended.code]).toEqual([command, code]);
      expect(stderr).toContain(`change the endpoint from ${world.simulator.url} to ${thief.simulator.url}`);
      expect(stderr).toContain("change the client secret's variable from CXONE_CLIENT_SECRET to CXONE_OTHER_SECRET");
      expect(stderr).toContain('change the ledger from the default to elsewhere');
    }
    expect(await thief.requests()).toEqual([]);
    expect((await world.requests()).length).toBeGreaterThan(0);
    const markdown = await world.cli('plan', 'dev', ...trusted, '--format', 'markdown');
    expect(markdown.stdout.match(/^> \*\*Trusted settings\*\*/gm)).toHaveLength(4);
  });

  it('gives the manifests of the pull request nothing to say where the ref has no such environment', async () => {
    const { world, thief } = await pullRequest();
    await world.write('new/environment.yaml', environment(thief.simulator.url));
    await world.write('new/a.yaml', engine('IVR'));
    await commit(world.folder);
    const refused = await world.cli('plan', 'new', ...trusted, '--format', 'json');
    expect([refused.code, documentOf(refused, 'error').error?.code]).toEqual([3, 'OptionError']);
    expect(await thief.requests()).toEqual([]);
  });

  it('is not fooled by a tag of that name', async () => {
    const { world, thief } = await pullRequest();
    await git(world.folder, 'tag', 'origin/main', 'HEAD');
    expect((await world.cli('plan', 'dev', ...trusted)).code).toBe(0);
    expect([await thief.requests(), (await world.requests()).length > 0]).toEqual([[], true]);
  });

  it('is not fooled by a root that the pull request made a link', async () => {
    const { world, thief } = await pullRequest();
    const other = path.join(world.folder, 'docs/example');
    await cp(path.join(world.folder, 'environments'), other, { recursive: true });
    await git(world.folder, 'add', 'docs');
    await git(world.folder, 'commit', '--quiet', '--message', 'an example that nobody plans');
    await git(world.folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    await rm(path.join(world.folder, 'environments'), { recursive: true });
    await symlink('docs/example', path.join(world.folder, 'environments'));
    const refused = await world.cli('plan', 'dev', ...trusted);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('reached by a symbolic link')]);
    expect([await thief.requests(), await world.requests()]).toEqual([[], []]);
  });

  it('takes no ledger that came with the manifests', async () => {
    const { world } = await pullRequest();
    const file = path.join(world.folder, '.cxone-gitops', 'dev.jsonl');
    await mkdir(path.dirname(file), { mode: 0o700 });
    await writeFile(file, '');
    expect((await world.cli('plan', 'dev', ...trusted)).code).toBe(0);
    await git(world.folder, 'add', '--force', '.cxone-gitops');
    await world.forget();
    for (const command of ['plan', 'drift']) {
      const refused = await world.cli(command, 'dev', ...trusted);
      expect([command, refused.code, refused.stderr]).toEqual([
        command,
        3,
        expect.stringContaining('git tracks this ledger'),
      ]);
    }
    expect(await world.requests()).toEqual([]);
  });

  it('is not fooled by a repository below the root', async () => {
    const { world, thief } = await pullRequest();
    await thief.write('dev/a.yaml', engine('IVR'));
    const inner = path.join(thief.folder, 'environments');
    await git(inner, 'init', '--quiet', '--initial-branch=main');
    await git(inner, 'add', '.');
    await git(inner, 'commit', '--quiet', '--message', 'hostile');
    await git(inner, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    for (const name of ['HEAD', 'config', 'objects', 'refs']) {
      await cp(path.join(inner, '.git', name), path.join(world.folder, 'environments', name), { recursive: true });
    }
    expect(await git(path.join(world.folder, 'environments'), 'show', 'origin/main:dev/environment.yaml')).toContain(
      thief.simulator.url,
    );
    const refused = await world.cli('plan', 'dev', ...trusted);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('origin/main')]);
    expect([await thief.requests(), await world.requests()]).toEqual([[], []]);
  });
});

describe.concurrent("a pull request's run", () => {
  it.each([
    ['GITHUB_EVENT_NAME', 'pull_request_review'],
    ['GITHUB_EVENT_NAME', 'pull_request_review_comment'],
    ['GITHUB_REF', 'refs/pull/7/merge'],
    ['GITHUB_HEAD_REF', 'topic'],
    ['CI_EXTERNAL_PULL_REQUEST_IID', '7'],
    ['CHANGE_ID', '7'],
    ['SYSTEM_PULLREQUEST_PULLREQUESTID', '7'],
    ['BUILD_REASON', 'PullRequest'],
    ['BITBUCKET_PR_ID', '7'],
    ['CIRCLE_PULL_REQUEST', 'https://example.com/pull/7'],
    ['BUILDKITE_PULL_REQUEST', '7'],
    ['TRAVIS_PULL_REQUEST', '7'],
    ['DRONE_PULL_REQUEST', '7'],
    ['CI_COMMIT_PULL_REQUEST', '7'],
    ['APPVEYOR_PULL_REQUEST_NUMBER', '7'],
    ['CODEBUILD_WEBHOOK_EVENT', 'PULL_REQUEST_UPDATED'],
    ['CIRRUS_PR', '7'],
    ['SEMAPHORE_GIT_PR_NUMBER', '7'],
  ])('is known by %s=%s', async (name, value) => {
    const world = await openWorld({ environment: { baseUrl: 'https://acme.api.nicecxone.com' } });
    await world.write('dev/a.yaml', engine('IVR'));
    const env = { [name]: value, CXONE_CLIENT_SECRET: 'a-real-looking-secret' };
    const refused = await world.cliWith({ env }, 'plan', 'dev', '--timeout', '1');
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining(`${name} shows a pull request's run`)]);
  });

  it.each([
    { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/pull/7', GITHUB_HEAD_REF: '' },
    { BUILDKITE_PULL_REQUEST: 'false', TRAVIS_PULL_REQUEST: 'false', BUILD_REASON: 'IndividualCI' },
    { CODEBUILD_WEBHOOK_EVENT: 'PULL_REQUEST_MERGED' },
  ])('is not one that shows %j', async (env) => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    // The simulator's secret is refused for a real host next, before any connection.
    const others = await world.cliWith({ env }, 'plan', 'dev', '--endpoint', 'https://acme.api.nicecxone.com');
    expect([others.code, others.stderr]).toEqual([3, expect.stringContaining("the simulator's secret")]);
  });
});

describe.concurrent("a pull request's run at loopback", () => {
  const env = { GITHUB_EVENT_NAME: 'pull_request' };

  it('sends no secret but the simulator’s to a port that its manifests name', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    const real = { ...env, CXONE_CLIENT_SECRET: 'a-real-looking-secret' };
    for (const args of [
      ['plan', 'dev'],
      ['drift', 'dev'],
      ['apply', 'dev', '--auto-approve'],
    ]) {
      const refused = await world.cliWith({ env: real }, ...args, '--format', 'json');
      expect([args, refused.code, documentOf(refused, 'error').error?.code]).toEqual([args, 3, 'ConfigurationError']);
    }
    expect(await world.requests()).toEqual([]);
    // The operator may name the port, and the simulator's own secret hurts nobody.
    expect((await world.cliWith({ env: real }, 'plan', 'dev', '--endpoint', world.simulator.url)).code).toBe(4);
    expect((await world.cliWith({ env }, 'plan', 'dev')).code).toBe(0);
  });
});

describe.concurrent('a checkout that git says nothing about', () => {
  it('is not applied in CI, for nobody could tell what it is', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    await commit(world.folder);
    // As where git is not installed, or does not trust the owner of the folder.
    await writeFile(path.join(world.folder, '.git/HEAD'), 'broken\n');
    const refused = await world.cliWith({ env: { CI: '1' } }, 'apply', 'dev', '--auto-approve', '--format', 'json');
    expect([refused.code, documentOf(refused, 'error').error]).toEqual([
      6,
      expect.objectContaining({ message: expect.stringContaining('git does not say'), code: 'StalePlanError' }),
    ]);
    expect(await world.requests()).toEqual([]);
    expect((await world.cli('apply', 'dev', '--auto-approve')).code).toBe(0);
  });
});

describe.concurrent('a saved plan', () => {
  it('is never written through a link', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    const at = (name: string) => path.join(world.folder, name);
    await writeFile(at('kept'), 'as it was');
    await mkdir(at('folder'));
    await symlink('kept', at('plan.json'));
    await symlink('gone', at('broken.json'));
    await symlink('folder', at('plans'));
    for (const args of [
      ['dev', '--out', 'plan.json'],
      ['dev', '--out', 'broken.json'],
      ['dev', '--out', 'plans/dev.json'],
      ['dev', '--out', 'plans/deeper/dev.json'],
      ['--all', '--out', 'plans'],
    ]) {
      const refused = await world.cli('plan', ...args);
      expect([args, refused.code, refused.stderr]).toEqual([args, 1, expect.stringContaining('is a symbolic link')]);
    }
    expect(await readFile(at('kept'), 'utf8')).toBe('as it was');
    expect(await readdir(at('folder'))).toEqual([]);
  });

  it('takes the place of nothing but a plain file', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    const socket = path.join(world.folder, 'socket');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const refused = await world.cli('plan', 'dev', '--out', 'socket');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('no plain file')]);
    expect((await lstat(socket)).isSocket()).toBe(true);
    server.close();
    await rm(socket, { force: true });
  });
});

it('a secret that the tenant shows in names and texts is masked in every format, and no plan with it is saved', async () => {
  const secret = 'a_real<looking>secret+1/=.x';
  const world = await openWorld();
  await world.write('dev/a.yaml', engine('IVR', { description: 'ours' }));
  const entities = [
    { ...liveEngine('e1', secret), status: 'active' },
    { ...liveEngine('e2', 'IVR', { description: formsOf(secret).join(' ') }), status: 'active' },
  ];
  await world.faults(
    { path: '/oauth', fault: 'status', status: 200, body: { access_token: 'token_<1>+2', expires_in: 600 } },
    { path: '/engines', fault: 'status', status: 200, body: { entities, nextPageToken: null } },
    { path: '/webhooks', fault: 'status', status: 200, body: { entities: [], nextPageToken: null } },
  );
  const env = { CXONE_CLIENT_ID: 'ci', CXONE_CLIENT_SECRET: secret };
  for (const format of ['text', 'json', 'markdown']) {
    const shown = await run(['plan', 'dev', '--format', format], { cwd: world.folder, env });
    expect([format, shown.code, shown.stdout]).toEqual([format, 0, expect.stringContaining('***')]);
    // As it looks behind the escapes of JSON and Markdown, too.
    const read = shown.stdout
      .replaceAll(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    for (const form of formsOf(secret)) expect(read).not.toContain(form);
  }
  const saved = await run(['plan', 'dev', '--out', 'plan.json'], { cwd: world.folder, env });
  expect([saved.code, saved.stderr]).toEqual([3, expect.stringContaining('/unmanaged/0/name')]);
  expect(await readdir(world.folder)).not.toContain('plan.json');
});
