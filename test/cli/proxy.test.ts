import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Answering, answerStatus, type ConnectProxy, serveProxy } from '../cxone/connect-proxy.js';
import { documentOf, textOf } from './documents.js';
import { engine } from './manifests.js';
import { formsOf } from './program.js';
import { ACME, closeProxiedWorlds, openProxiedWorld, type ProxiedWorldOptions } from './proxied-world.js';
import { runInside } from './run-inside.js';
import { openWorld } from './world.js';

const proxies: ConnectProxy[] = [];

afterAll(async () => {
  await closeProxiedWorlds();
  for (const proxy of proxies) proxy.close();
});

const plan = ['plan', 'dev'];
const apply = ['apply', 'dev', '--auto-approve'];
const TUNNEL = `CONNECT ${ACME}:443`;

async function open(options?: ProxiedWorldOptions) {
  const proxied = await openProxiedWorld(options);
  const tunnels = () => proxied.proxy.asked.map(({ method, target }) => `${method} ${target}`);
  return { ...proxied, tunnels };
}

/** openssl makes the certificates. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl).concurrent('through a CONNECT proxy', () => {
  it('token, lists, writes and audit events reach a host off loopback, and the proxy sees CONNECT alone', async () => {
    const { world, proxy, run, tunnels, connections } = await open();
    await world.write('dev/a.yaml', ...['A', 'B', 'C', 'D', 'E', 'F'].map((name) => engine(name)));
    const applied = await run([...apply, '--concurrency', '3']);
    expect([applied.code, applied.stderr]).toEqual([0, expect.any(String)]);
    expect(await world.writes()).toHaveLength(12);
    expect(await world.auditLogs()).toHaveLength(6);
    expect(new Set(tunnels())).toEqual(new Set([TUNNEL]));
    // Tunnels are kept, and are as many as connections may be.
    expect(proxy.mostOpen()).toBeLessThanOrEqual(3);
    expect(connections()).toBe(tunnels().length);
    expect(tunnels().length).toBeLessThan((await world.requests()).length / 2);
    const again = await run([...plan, '--detailed-exitcode']);
    expect(again.code).toBe(0);
  });

  it('that asks for credentials gets them, and nothing else does', async () => {
    const { world, proxy, run } = await open();
    const variables = { https_proxy: `http://user:pass-w%40rd@${proxy.host}`, HTTPS_PROXY: 'http://127.0.0.1:1' };
    const planned = await run([...plan, '--verbose'], variables);
    expect([planned.code, planned.stderr]).toEqual([
      0,
      expect.stringContaining(`https_proxy names the proxy ${proxy.host}\n`),
    ]);
    const basic = `Basic ${Buffer.from('user:pass-w@rd').toString('base64')}`;
    expect(proxy.asked.map(({ authorization }) => authorization)).toContain(basic);
    expect(JSON.stringify(await world.requests())).not.toContain('proxy-authorization');
    for (const form of [...formsOf('pass-w@rd'), basic]) expect(planned.stdout + planned.stderr).not.toContain(form);
  });

  it('that speaks TLS itself works as well', async () => {
    const { run, tunnels } = await open({ secureProxy: true });
    const planned = await run(plan);
    expect([planned.code, planned.stderr]).toEqual([0, expect.not.stringContaining('Warning')]);
    expect(tunnels()[0]).toBe(TUNNEL);
  });

  it('that asks for credentials and gets none is named, and nothing is sent', async () => {
    const { world, run } = await open({ answering: answerStatus(407) });
    const refused = await run(plan);
    const words = 'POST /oauth/token was not sent: the proxy answered 407: it needs a user name and a password';
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(words)]);
    expect(await world.requests()).toEqual([]);
  });

  it('a certificate for another host is refused, and nothing is sent', async () => {
    const { world, run } = await open({ host: 'other.api.nicecxone.com' });
    const planned = await run(plan);
    expect([planned.code, planned.stderr]).toEqual([1, expect.stringContaining('is for another host (acme.api')]);
    expect(await world.requests()).toEqual([]);
  });

  it('a certificate of an unknown issuer is refused with a hint at NODE_EXTRA_CA_CERTS', async () => {
    const { world, run } = await open();
    const planned = await run(plan, { NODE_EXTRA_CA_CERTS: '' });
    expect([planned.code, planned.stderr]).toEqual([1, expect.stringContaining('NODE_EXTRA_CA_CERTS')]);
    expect(await world.requests()).toEqual([]);
  });

  it('is left out by NO_PROXY, and for loopback', async () => {
    const { world, runAtAddress, tunnels } = await open({ answering: answerStatus(403) });
    const direct = await runAtAddress(plan, { NO_PROXY: 'localhost,0.0.0.0' });
    expect([direct.code, direct.stderr]).toEqual([0, expect.any(String)]);
    const loopback = await world.cliWith({ env: { HTTPS_PROXY: 'socks5://127.0.0.1:1', http_proxy: 'x' } }, ...plan);
    expect([loopback.code, loopback.stderr]).toEqual([0, expect.any(String)]);
    expect(tunnels()).toEqual([]);
    const proxied = await runAtAddress(plan, { NO_PROXY: 'localhost' });
    expect([proxied.code, tunnels()]).toEqual([1, [expect.stringMatching(/^CONNECT 0\.0\.0\.0:\d+$/u)]]);
  });
});

/** A run in this process against ACME, through a proxy that opens no tunnel: no certificate and no process is needed. */
async function refusing(answering: Answering) {
  const [world, proxy] = await Promise.all([openWorld(), serveProxy(answering)]);
  proxies.push(proxy);
  const at = ['--endpoint', `https://${ACME}`];
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const variables = {
      CXONE_CLIENT_ID: 'ci',
      CXONE_CLIENT_SECRET: 'acme-secret',
      HTTPS_PROXY: `http://${proxy.host}`,
    };
    return runInside([...args, ...at], { cwd: world.folder, env: { ...variables, ...env } });
  };
  return { world, proxy, run };
}

describe.concurrent('a proxy that does not open the way', () => {
  it('is named by each command', async () => {
    const { world, run } = await refusing(answerStatus(407));
    await world.write('dev/a.yaml', engine('A'));
    const words = `the proxy answered 407: it needs a user name and a password (${ACME}:443, through the proxy 127`;
    for (const command of [plan, apply, ['drift', 'dev'], ['catalog', 'dev']]) {
      const ended = await run([...command, '--format', 'json']);
      const { error } = documentOf(ended, 'error');
      expect([ended.code, error?.code, textOf(error?.hint)]).toEqual([1, 'NetworkError', expect.any(String)]);
      expect(error?.message).toContain(`POST /oauth/token was not sent: ${words}`);
    }
    expect(await world.requests()).toEqual([]);
  });

  it.each([
    [403, `the proxy answered 403: it does not permit a connection to this host (`],
    [503, `the proxy answered 503: it could not reach this host, or does not know its name (`],
  ])('is named when it answers %d', async (status, words) => {
    const { run } = await refusing(answerStatus(status));
    const refused = await run(plan);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(`was not sent: ${words}${ACME}:443, `)]);
  });

  it('is named when nothing listens there, without its credentials', async () => {
    const { run } = await refusing(answerStatus(403));
    const refused = await run([...plan, '--verbose'], { HTTPS_PROXY: 'http://user:pass-word@127.0.0.1:1' });
    expect(refused.code).toBe(1);
    const words = `no connection to the proxy: the connection was refused (${ACME}:443, through the proxy 127.0.0.1:1)`;
    expect(refused.stderr).toContain(`error: POST /oauth/token was not sent: ${words}.`);
    // The line of the request, with its time and its correlation id.
    expect(refused.stderr).toMatch(/^POST \/oauth\/token no answer \d+ ms [0-9a-f-]{36}: no connection to the proxy/mu);
    expect(refused.stderr).toContain('hint: Check HTTPS_PROXY, or add the host to NO_PROXY');
    expect(refused.stderr).not.toContain('pass-word');
  });

  it('is masked where it repeats the credentials', async () => {
    const echo = answerStatus(407, 'proxy-status: no dXNlcjpwYXNzLXdvcmQ= user:pass-word\r\n');
    const { proxy, run } = await refusing(echo);
    const refused = await run(plan, { HTTPS_PROXY: `http://user:pass-word@${proxy.host}` });
    expect(refused.stderr).toContain(
      'the proxy answered 407, “no *** ***”: it refused the user name and the password in HTTPS_PROXY',
    );
  });

  it.each([
    ['socks5://user:pass-word@127.0.0.1:1080', 'SOCKS proxies are not supported'],
    ['user:pass-word@127.0.0.1:3128', 'does not begin with http:// or https://'],
    ['http://user:pass-word@127.0.0.1:3128/?x', 'has a path, a query or a fragment'],
  ])('because of the value %j ends with 3 before any request', async (value, reason) => {
    const { run, proxy } = await refusing(answerStatus(403));
    const refused = await run([...plan, '--format', 'json'], { HTTPS_PROXY: value });
    const { error } = documentOf(refused, 'error');
    expect([refused.code, error?.code]).toEqual([3, 'ConfigurationError']);
    expect(error?.message).toMatch(/^HTTPS_PROXY: /u);
    expect(error?.message).toContain(reason);
    expect(refused.stdout + refused.stderr).not.toContain('pass-word');
    expect(proxy.asked).toEqual([]);
  });

  it('is never named by --env-file', async () => {
    const { world, proxy } = await refusing(answerStatus(403));
    const lines = ['HTTPS_PROXY', 'https_proxy', 'http_proxy'].map((name) => `${name}=http://${proxy.host}\n`);
    await writeFile(path.join(world.folder, 'vars.env'), `${lines.join('')}CXONE_CLIENT_SECRET=acme-secret\n`);
    // Off loopback to the program; nothing listens there.
    const at = ['--endpoint', 'https://0.0.0.0:1', '--allow-host', '0.0.0.0:1', '--env-file', 'vars.env'];
    const direct = await runInside([...plan, ...at], { cwd: world.folder, env: { CXONE_CLIENT_ID: 'ci' } });
    expect([direct.code, direct.stderr]).toEqual([1, expect.stringContaining('(0.0.0.0:1, no proxy)')]);
    expect(proxy.asked).toEqual([]);
  });
});
