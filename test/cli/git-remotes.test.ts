import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { serveGitOverHttps } from './git-over-https.js';
import { faultsOf, openGitWorld } from './git-world.js';
import { closeWorlds } from './world.js';

afterAll(closeWorlds);

const apply = ['apply', 'dev', '--auto-approve', '--timeout', '1'];

describe.concurrent('where there is no ledger to be found', () => {
  it('outside of a repository: exit 3', async () => {
    const world = await openGitWorld();
    await world.write('dev/environment.yaml', {
      apiVersion: 'cxone-gitops/v1',
      kind: 'Environment',
      spec: { baseUrl: world.simulator.url, ledger: { git: {} } },
    });
    const run = await world.cli('plan', 'dev');
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining('is in no git repository')]);
  });

  it('in a repository without the remote: exit 3, also where a folder has its name', async () => {
    const world = await openGitWorld({ ledger: { git: { remote: 'audit' } } });
    const clone = world.clone();
    clone.git('init', '--quiet', '--bare', path.join(clone.root, 'audit'));
    clone.git('init', '--quiet', '--bare', path.join(clone.root, 'environments/audit'));
    const run = await clone.cli('plan', 'dev');
    expect([run.code, run.stderr]).toEqual([
      3,
      expect.stringMatching(/has no remote audit[^]*git remote add audit URL/),
    ]);
  });

  it.each([
    ['git://127.0.0.1:1/x', /transport 'git' not allowed/],
    ['http://127.0.0.1:1/x', /transport 'http' not allowed/],
    ['ext::sh -c "touch sprung"', /transport 'ext' not allowed/],
    ['ssh://-oProxyCommand=touch%20sprung/x', /strange hostname|blocked/],
    ['file:///nowhere', /does not (exist|appear)/],
  ])('at %s: exit 1 with the reason', async (url, reason) => {
    const world = await openGitWorld();
    const clone = world.clone();
    clone.git('config', 'protocol.allow', 'always');
    clone.git('config', 'protocol.ext.allow', 'always');
    clone.git('config', 'remote.origin.url', url);
    const run = await clone.cli('plan', 'dev');
    expect([run.code, run.stderr]).toEqual([1, expect.stringMatching(reason)]);
    expect(run.stderr).toContain('dev on cxone-gitops/ledger of origin: it can’t be read'.replace('’', "'"));
    expect(readdirSync(clone.root).concat(readdirSync(path.join(clone.root, 'environments')))).not.toContain('sprung');
  });

  it('in a submodule: exit 3', async () => {
    const world = await openGitWorld();
    const outer = world.clone();
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', `file://${world.origin}`, 'inner');
    const run = await outer.cli('plan', 'dev', '--root', 'inner/environments');
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining('submodule')]);
  });
});

describe.concurrent('over ssh', () => {
  it('signs in as the user’s own git does', async () => {
    const world = await openGitWorld();
    const clone = world.clone();
    const ssh = path.join(world.folder, 'ssh');
    // Host and options come first, then the command.
    writeFileSync(ssh, '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n');
    chmodSync(ssh, 0o755);
    clone.git('config', 'remote.origin.url', `ssh://git@git.example.com${world.origin}`);
    const run = await clone.cliWith({ GIT_SSH_COMMAND: ssh }, ...apply);
    expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
    expect(await faultsOf(world, ['A'])).toEqual([]);
  });

  it('says why ssh did not let it in', async () => {
    const world = await openGitWorld();
    const clone = world.clone();
    const ssh = path.join(world.folder, 'ssh');
    writeFileSync(ssh, '#!/bin/sh\necho "git@git.example.com: Permission denied (publickey)." >&2\nexit 255\n');
    chmodSync(ssh, 0o755);
    clone.git('config', 'remote.origin.url', 'ssh://git@git.example.com/ledger.git');
    const run = await clone.cliWith({ GIT_SSH_COMMAND: ssh }, ...apply);
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('Permission denied (publickey)')]);
  });
});

/** What serves a repository over https: openssl makes the certificate, and git's CGI program is a package of its own here and there. */
const hasServer =
  spawnSync('openssl', ['version']).status === 0 &&
  existsSync(path.join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend'));

describe.skipIf(!hasServer)('over https', () => {
  /** The user's own settings: whom to trust, and how to sign in. */
  const settings = (certificate: string, password: string) => `[http]
\tsslCAInfo = ${certificate}
[credential]
\thelper = "!f() { test \\"$1\\" = get && echo username=runner && echo password=${password}; }; f"
`;

  it.each([
    ['by the helper that the user’s settings name', '', 'good-password'],
    ['by what the address holds', 'runner:good-password@', 'other'],
  ])('signs in as the user’s own git does, %s', async (_, inUrl, byHelper) => {
    const world = await openGitWorld();
    world.git('config', 'http.receivepack', 'true');
    const server = await serveGitOverHttps(world.folder, 'runner', 'good-password');
    const clone = world.clone();
    clone.git('config', 'remote.origin.url', server.url.replace('//', `//${inUrl}`));
    writeFileSync(path.join(clone.root, '.gitconfig'), settings(server.certificate, byHelper));
    const run = await clone.cli(...apply);
    expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
    expect(await faultsOf(world, ['A'])).toEqual([]);
    server.close();
  });

  it('signs in by the header that a checkout in CI left in the settings of its clone', async () => {
    const world = await openGitWorld();
    world.git('config', 'http.receivepack', 'true');
    const server = await serveGitOverHttps(world.folder, 'runner', 'good-password');
    const clone = world.clone();
    clone.git('config', 'remote.origin.url', server.url);
    clone.git('config', 'http.sslCAInfo', server.certificate);
    const basic = Buffer.from('runner:good-password').toString('base64');
    clone.git('config', `http.${new URL(server.url).origin}/.extraheader`, `AUTHORIZATION: Basic ${basic}`);
    const run = await clone.cli(...apply);
    expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
    expect(server.refused()).toBe(0);
    expect(await faultsOf(world, ['A'])).toEqual([]);
    server.close();
  });

  it('says that it was not let in, without the password', async () => {
    const world = await openGitWorld();
    const server = await serveGitOverHttps(world.folder, 'runner', 'good-password');
    const clone = world.clone();
    clone.git('config', 'remote.origin.url', server.url.replace('//', '//runner:bad-password@'));
    writeFileSync(path.join(clone.root, '.gitconfig'), `[http]\n\tsslCAInfo = ${server.certificate}\n`);
    const run = await clone.cli(...apply);
    expect([run.code, run.stderr]).toEqual([1, expect.stringMatching(/it can't be read: .*Authentication failed/)]);
    expect(run.stderr + run.stdout).not.toContain('bad-password');
    expect(server.refused()).toBeGreaterThan(0);
    server.close();
  });

  it('trusts no certificate that the user’s settings do not', async () => {
    const world = await openGitWorld();
    const server = await serveGitOverHttps(world.folder, 'runner', 'good-password');
    const clone = world.clone();
    clone.git('config', 'remote.origin.url', server.url);
    const run = await clone.cli('plan', 'dev');
    expect([run.code, run.stderr]).toEqual([1, expect.stringMatching(/certificate/)]);
    server.close();
  });
});
