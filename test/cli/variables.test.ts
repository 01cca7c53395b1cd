import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf, textOf } from './documents.js';
import { engine } from './manifests.js';
import { run } from './program.js';
import { runInside } from './run-inside.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

async function worldWithChange(environment: object = {}): Promise<World> {
  const world = await openWorld({ environment: { ...environment } });
  await world.write('dev/a.yaml', engine('IVR'));
  return world;
}

async function git(world: World, ...args: string[]): Promise<void> {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  await promisify(execFile)('git', ['-C', world.folder, ...identity, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: world.folder, GIT_CONFIG_NOSYSTEM: '1' },
  });
}

/** The world's folder as a repository whose only commit holds the manifests. */
async function committedWorld(): Promise<World> {
  const world = await worldWithChange();
  await git(world, 'init', '--quiet');
  await git(world, 'add', 'environments');
  await git(world, 'commit', '--quiet', '--message', 'manifests');
  return world;
}

describe.concurrent('variables', () => {
  it('stand for options: format, detailed exit code, root, only', async () => {
    const world = await worldWithChange();
    await world.write('dev/b.yaml', engine('Other'));
    const env = {
      CXONE_GITOPS_FORMAT: 'json',
      CXONE_GITOPS_DETAILED_EXITCODE: 'true',
      CXONE_GITOPS_ONLY: 'SpeechEngine/IVR@1.0.0',
    };
    const planned = await world.cliWith({ env }, 'plan', 'dev');
    expect([planned.code, documentOf(planned, 'plan').summary]).toMatchObject([2, { create: 1 }]);
    const text = await world.cliWith({ env }, 'plan', 'dev', '--format', 'text');
    expect(text.stdout).toMatch(/^dev at /);
    const elsewhere = await world.cliWith({ env: { ...env, CXONE_GITOPS_ROOT: 'nowhere' } }, 'plan', 'dev');
    expect([elsewhere.code, documentOf(elsewhere, 'error').error?.message]).toEqual([
      1,
      expect.stringContaining('nowhere'),
    ]);
  });

  it('set the format of errors, of the command line too', async () => {
    const world = await openWorld();
    const bad = await world.cliWith({ env: { CXONE_GITOPS_FORMAT: 'json' } }, 'plan', 'dev', '--fromat', 'x');
    expect(documentOf(bad, 'error').error?.code).toBe('OptionError');
  });

  it('that say false approve nothing, and those that say true do', async () => {
    const world = await worldWithChange();
    for (const no of ['false', '0', 'no']) {
      const refused = await world.cliWith({ env: { CXONE_GITOPS_AUTO_APPROVE: no } }, 'apply', 'dev');
      expect([no, refused.code]).toEqual([no, 3]);
    }
    expect(await world.writes()).toEqual([]);
    const approved = await world.cliWith({ env: { CXONE_GITOPS_AUTO_APPROVE: 'true' } }, 'apply', 'dev');
    expect(approved.code).toBe(0);
  });

  it.each([
    ['CXONE_GITOPS_AUTO_APPROVE', 'maybe'],
    ['CXONE_GITOPS_FORMAT', 'yaml'],
    ['CXONE_GITOPS_TIMEOUT', 'soon'],
  ])('%s=%s is an error that names it', async (name, value) => {
    const world = await worldWithChange();
    const refused = await world.cliWith({ env: { [name]: value } }, 'apply', 'dev');
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining(`${name}=${value}`)]);
  });

  it('colour nothing that is piped, whatever CI says', async () => {
    const world = await worldWithChange();
    const { stdout } = await world.cliWith({ env: { CI: '1', TERM: 'xterm-256color' } }, 'plan', 'dev');
    expect(stdout).not.toContain('\u001b');
    const forced = await world.cliWith({ env: { FORCE_COLOR: '1' } }, 'plan', 'dev');
    expect(forced.stdout).toContain('\u001b[');
    const never = await world.cliWith({ env: { FORCE_COLOR: '1' } }, 'plan', 'dev', '--no-color');
    expect(never.stdout).not.toContain('\u001b');
  });
});

describe.concurrent('--env-file', () => {
  const lines = 'CXONE_CLIENT_ID=from-file\nCXONE_CLIENT_SECRET="simulator-secret"\nOTHER=1\n';

  it('supplies credentials and overrides nothing', async () => {
    const world = await worldWithChange();
    await writeFile(path.join(world.folder, 'ci.env'), lines);
    const cwd = world.folder;
    const bare = await run(['plan', 'dev', '--env-file', 'ci.env'], { cwd });
    expect(bare.code).toBe(0);
    const [token] = await world.requests();
    expect(token?.body).toMatchObject({ client_id: 'from-file' });
    const env = { CXONE_CLIENT_SECRET: 'another-secret' };
    expect((await run(['plan', 'dev', '--env-file', 'ci.env'], { cwd, env })).code).toBe(4);
    expect((await run(['apply', 'dev', '--env-file', 'ci.env'], { cwd })).code).toBe(3);
    expect((await run(['plan', 'dev'], { cwd })).code).toBe(3);
  });

  it.each([
    ['lines that are not KEY=value', `${lines}\nCXONE_A: x\nnot one\n`, ['5:1 no-assignment', '6:1 no-assignment']],
    ['an option', `${lines}CXONE_GITOPS_AUTO_APPROVE=true\n`, ['4:1 option-in-env-file']],
    ['UTF-16', Buffer.from(`\ufeff${lines}`, 'utf16le'), ['1:1 not-utf8']],
    ['bytes that are no UTF-8', Buffer.from(`${lines}CXONE_A=\u00ff\n`, 'latin1'), ['4:1 not-utf8']],
  ])('with %s is a problem at each of its lines, before any request', async (_what, content, problems) => {
    const world = await worldWithChange();
    await writeFile(path.join(world.folder, 'ci.env'), content);
    const args = ['apply', 'dev', '--auto-approve', '--env-file', 'ci.env', '--format', 'json'];
    const refused = await run(args, { cwd: world.folder });
    const { error } = documentOf(refused, 'error');
    expect([refused.code, error?.problems]).toEqual([3, problems.map((_one) => expect.anything())]);
    for (const problem of problems) {
      const [place = '', code = ''] = problem.split(' ');
      expect(refused.stderr).toMatch(new RegExp(`^ci\\.env:${place} error .* ${code}$`, 'mu'));
    }
    expect(refused.stdout + refused.stderr).not.toContain('simulator-secret');
    expect(await world.requests()).toEqual([]);
  });

  it('may begin with a byte order mark and end lines with CR LF', async () => {
    const world = await worldWithChange();
    await writeFile(path.join(world.folder, 'ci.env'), `\ufeff${lines.replaceAll('\n', '\r\n')}`);
    expect((await run(['plan', 'dev', '--env-file', 'ci.env'], { cwd: world.folder })).code).toBe(0);
  });

  it.each([
    ['missing.env', "--env-file missing.env: it can't be read"],
    ['environments', '--env-file environments: it is neither a file nor a pipe'],
    ['/dev/null', '--env-file /dev/null: it is neither a file nor a pipe'],
  ])('%s is refused', async (file, message) => {
    const world = await worldWithChange();
    const refused = await run(['plan', 'dev', '--env-file', file], { cwd: world.folder });
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining(message)]);
  });

  it('that git tracks is refused', async () => {
    const world = await committedWorld();
    await writeFile(path.join(world.folder, 'ci.env'), lines);
    const args = ['plan', 'dev', '--env-file', 'ci.env'];
    expect((await world.cli(...args)).code).toBe(0);
    await world.forget();
    await git(world, 'add', '--force', 'ci.env');
    const refused = await world.cli(...args, '--format', 'json');
    expect([refused.code, documentOf(refused, 'error').error?.message]).toEqual([
      3,
      expect.stringContaining('git tracks it'),
    ]);
    expect(await world.requests()).toEqual([]);
  });
});

describe.concurrent('credentials', () => {
  const good = { CXONE_CLIENT_ID: 'ci', CXONE_CLIENT_SECRET: 'simulator-secret' };

  it.each([
    [{ CXONE_CLIENT_SECRET: 'simulator-secret\n' }, 'CXONE_CLIENT_SECRET begins or ends with white space'],
    [{ CXONE_CLIENT_SECRET: '"simulator-secret"' }, 'CXONE_CLIENT_SECRET begins or ends with a quotation mark'],
    [{ CXONE_CLIENT_SECRET: 'simulator\tsecret' }, 'CXONE_CLIENT_SECRET holds a control character'],
    [{ CXONE_CLIENT_ID: ' the-client' }, 'CXONE_CLIENT_ID begins or ends with white space'],
    [{ CXONE_CLIENT_ID: "'the-client'" }, 'CXONE_CLIENT_ID begins or ends with a quotation mark'],
  ])('%j are refused before any request, without their value', async (env, fault) => {
    const world = await worldWithChange();
    for (const command of ['plan', 'apply', 'drift', 'catalog']) {
      const refused = await runInside([command, 'dev'], { cwd: world.folder, env: { ...good, ...env } });
      expect([refused.code, refused.stderr]).toEqual([
        3,
        expect.stringContaining(`error: environment dev: the value of ${fault}`),
      ]);
      expect(refused.stderr).not.toMatch(/simulator.secret|the-client/u);
    }
    expect(await world.requests()).toEqual([]);
  });

  it('of an env file are refused likewise', async () => {
    const world = await worldWithChange();
    await writeFile(
      path.join(world.folder, 'ci.env'),
      'CXONE_CLIENT_ID="ci "\nCXONE_CLIENT_SECRET=simulator-secret"\n',
    );
    const refused = await run(['plan', 'dev', '--env-file', 'ci.env'], { cwd: world.folder });
    expect(refused.stderr).toMatch(
      /CXONE_CLIENT_ID begins .* white space.*, and .*CXONE_CLIENT_SECRET .* quotation mark/u,
    );
    expect([refused.code, await world.requests()]).toEqual([3, []]);
  });
});

it.each(['false', '0', '', 'False'])('CI=%s is no CI', async (CI) => {
  const world = await committedWorld();
  await world.write('dev/a.yaml', engine('IVR', { description: 'not committed' }));
  const applied = await world.cliWith({ env: { CI } }, 'apply', 'dev', '--auto-approve', '--require-durable-ledger');
  expect([applied.code, applied.stderr]).toEqual([0, expect.not.stringContaining('runner')]);
});

describe.concurrent('in CI', () => {
  const env = { CI: '1' };
  const apply = ['apply', 'dev', '--auto-approve', '--format', 'json'];

  it('an apply of committed manifests records the commit', async () => {
    const world = await committedWorld();
    const applied = await world.cliWith({ env }, ...apply);
    expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('warning: ')]);
    const intent = (await world.ledger()).find(({ kind }) => textOf(kind) === 'intent');
    const { stdout } = await promisify(execFile)('git', ['-C', world.folder, 'rev-parse', 'HEAD']);
    expect(intent?.git).toEqual({ head: stdout.trim(), dirty: false });
  });

  it.each([
    ['edited', 'a', async (world: World) => world.write('dev/a.yaml', engine('IVR', { description: 'not committed' }))],
    ['added', 'b', async (world: World) => world.write('dev/b.yaml', engine('Other'))],
    ['removed', 'a', async (world: World) => rm(path.join(world.folder, 'environments/dev/a.yaml'))],
  ])('an apply of manifests that were %s and not committed is refused with 6', async (_how, name, change) => {
    const world = await committedWorld();
    await change(world);
    const refused = await world.cliWith({ env }, ...apply);
    const { error } = documentOf(refused, 'error');
    expect([refused.code, error?.code, error?.problems]).toEqual([
      6,
      'StalePlanError',
      [expect.objectContaining({ file: `environments/dev/${name}.yaml`, code: 'uncommitted' })],
    ]);
    expect(await world.requests()).toEqual([]);
    expect((await world.cli(...apply)).code).toBe(0);
  });

  it('an apply of a checkout with CRLF is one of the commit', async () => {
    const world = await committedWorld();
    await git(world, 'config', 'core.autocrlf', 'true');
    await git(world, 'rm', '--cached', '--quiet', '-r', '.');
    await git(world, 'reset', '--quiet', '--hard');
    expect(await world.read('environments/dev/a.yaml')).toContain('\r\n');
    expect((await world.cliWith({ env }, ...apply)).code).toBe(0);
    expect((await world.ledger()).find(({ kind }) => textOf(kind) === 'intent')?.git).toMatchObject({ dirty: false });
    const planned = await world.cliWith({ env }, 'plan', 'dev', '--format', 'json');
    expect(documentOf(planned, 'plan').git?.dirty).toBe(false);
  });

  it('names of many files that differ are escaped, and cut with the count', async () => {
    const world = await committedWorld();
    const names = Array.from({ length: 60 }, (_, index) => `b\u001b[31m${String(index).padStart(2, '0')}`);
    await Promise.all(names.map((name, index) => world.write(`dev/${name}.yaml`, engine(`Engine ${index}`))));
    const refused = await world.cliWith({ env }, 'apply', 'dev', '--auto-approve');
    expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining(': 60 files differ')]);
    expect(refused.stderr).not.toContain('\u001b[31m');
    expect(refused.stderr.match(/does not have this file/g)).toHaveLength(50);
    expect(refused.stderr).toContain('10 more problems are not shown');
  });

  it('a ledger on the runner is refused under --require-durable-ledger', async () => {
    const world = await committedWorld();
    const refused = await world.cliWith({ env }, ...apply, '--require-durable-ledger');
    expect([refused.code, documentOf(refused, 'error').error?.code]).toEqual([3, 'ConfigurationError']);
    expect(await world.requests()).toEqual([]);
  });

  it('a ledger that git tracks is refused, in CI and elsewhere', async () => {
    const world = await committedWorld();
    expect((await world.cli(...apply)).code).toBe(0);
    await git(world, 'add', '--force', '.cxone-gitops/dev.jsonl');
    await world.forget();
    const refused = await world.cli(...apply);
    expect([refused.code, documentOf(refused, 'error').error?.message]).toEqual([
      3,
      expect.stringContaining('git tracks this ledger'),
    ]);
    expect(await world.requests()).toEqual([]);
  });

  it.each([
    { GITHUB_EVENT_NAME: 'pull_request' },
    { GITHUB_EVENT_NAME: 'pull_request_target' },
    { CI_MERGE_REQUEST_IID: '12' },
  ])("a pull request's run (%j) makes no connection to a real host", async (variables) => {
    const world = await openWorld({ environment: { baseUrl: 'https://acme.api.nicecxone.com' } });
    const pullRequest = { ...variables, CXONE_CLIENT_SECRET: 'a-real-looking-secret' };
    for (const args of [
      ['plan', 'dev'],
      ['apply', 'dev', '--auto-approve'],
      ['drift', 'dev'],
    ]) {
      const refused = await world.cliWith({ env: pullRequest }, ...args, '--timeout', '1', '--format', 'json');
      expect([refused.code, documentOf(refused, 'error').error?.code]).toEqual([3, 'ConfigurationError']);
      expect(refused.stderr).toContain(Object.keys(variables)[0]);
    }
    // Against the simulator it may run.
    const previewed = await world.cliWith({ env: variables }, 'plan', 'dev', '--endpoint', world.simulator.url);
    expect(previewed.code).toBe(0);
  });

  it.each([
    ['http://acme.api.nicecxone.com', 'plain http'],
    ['https://api.example.com', 'not a CXone host'],
    ['https://a.b.api.nicecxone.com', 'not a CXone host'],
    ['https://acme.api.nicecxone.com.example.com', 'not a CXone host'],
    ['https://user:pw@acme.api.nicecxone.com', 'credentials'],
    ['https://acme.api.nicecxone.com:8443', 'not a CXone host'],
  ])('--endpoint %s is refused', async (endpoint, reason) => {
    const world = await openWorld();
    const refused = await world.cli('plan', 'dev', '--endpoint', endpoint, '--format', 'json');
    expect([refused.code, documentOf(refused, 'error').error?.message]).toEqual([3, expect.stringContaining(reason)]);
  });

  it('unverified TLS is refused', async () => {
    const world = await openWorld();
    const refused = await world.cliWith({ env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }, 'plan', 'dev');
    expect([refused.code, await world.requests()]).toEqual([3, []]);
  });
});
