import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf, textOf } from './documents.js';
import { engine, liveEngine, webhook } from './manifests.js';
import { formsOf, type Run } from './program.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

const headerValue = 'whsec-4f/9+Zq of the QA platform';
const env = { CXONE_WEBHOOK_QA: headerValue };
const hook = webhook('Hook', { headers: { 'X-Signature': { fromEnv: 'CXONE_WEBHOOK_QA' } } });

/** No file of the folder may hold a secret, in any form, or a token; runs check what they print themselves. */
async function expectNowhere(world: World, secrets: readonly string[]): Promise<void> {
  const files = await readdir(world.folder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile())) {
    const text = await readFile(path.join(file.parentPath, file.name), 'utf8');
    expect([file.name, /\bsim-[0-9a-f]{8}-/u.test(text)]).toEqual([file.name, false]);
    for (const form of secrets.flatMap(formsOf)) expect([file.name, text.includes(form)]).toEqual([file.name, false]);
  }
}

describe.concurrent('a secret', () => {
  it('reaches CXone and is in no output, plan or ledger', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'), hook);
    for (const args of [
      ['plan', 'dev', '--out', 'plan.json', '--verbose'],
      ['plan', 'dev', '--format', 'markdown'],
      ['apply', 'dev', '--auto-approve', '--plan', 'plan.json', '--verbose'],
      ['apply', 'dev', '--auto-approve', '--format', 'json', '--verbose'],
      ['drift', 'dev', '--verbose'],
      ['audit', 'verify', 'dev', '--verbose'],
    ]) {
      const run = await world.cliWith({ env }, ...args);
      expect([args, run.code]).toEqual([args, 0]);
    }
    // The simulator keeps a digest of each value: another value would give another one.
    const digest = createHash('sha256').update(headerValue).digest('hex');
    expect(JSON.stringify(await world.control('GET', 'state'))).toContain(digest);
    await expectNowhere(world, [headerValue, 'simulator-secret']);
  });

  it('in a plan stops its saving, names the member, and leaves no file; other environments are saved', async () => {
    const world = await openWorld();
    const token = 'tok-of-a-person-1234';
    await world.write('dev/a.yaml', engine(`IVR ${token}`));
    await world.write('qa/a.yaml', engine('IVR'));
    const spec = { baseUrl: `http://localhost:${new URL(world.simulator.url).port}`, listLag: 'PT0S' };
    await world.write('qa/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
    const masked = { env: { CXONE_CI_TOKEN: token } };
    const saved = await world.cliWith(masked, 'plan', '--all', '--out', 'plans');
    expect([saved.code, saved.stderr]).toEqual([
      3,
      expect.stringContaining('--out plans: the value of a secret is part of /changes/0/id, /changes/0/name'),
    ]);
    expect(await readdir(path.join(world.folder, 'plans'))).toEqual(['qa.json']);
    // What a shell saves instead is not taken either, and the reason is told.
    const printed = await world.cliWith(masked, 'plan', 'dev', '--format', 'json');
    await writeFile(path.join(world.folder, 'printed.json'), printed.stdout);
    const refused = await world.cliWith(masked, 'apply', 'dev', '--auto-approve', '--plan', 'printed.json');
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringMatching(/Line \d+ holds \*\*\*/)]);
    expect(await world.writes()).toEqual([]);
  });

  it.each([
    ['/oauth/token', ['simulator-secret']],
    ['/engines', ['simulator-secret']],
    ['/webhooks', ['simulator-secret', headerValue]],
    ['/audit/logs', ['simulator-secret', headerValue]],
  ])('that a server sends back in an error is masked (%s)', async (at, sent) => {
    const message = `you sent ${sent.flatMap(formsOf).join(' and ')}`;
    for (const format of ['text', 'json']) {
      const world = await openWorld();
      // Alone, it is the first to be written: nobody can send back a value before.
      await world.write('dev/a.yaml', ...(sent.includes(headerValue) ? [hook] : [engine('IVR'), hook]));
      await world.faults({ method: 'POST', path: at, fault: 'status', status: 400, body: { message } });
      const run = await world.cliWith({ env }, 'apply', 'dev', '--auto-approve', '--verbose', '--format', format);
      expect([at, run.code]).not.toEqual([at, 0]);
      if (at !== '/audit/logs') expect(run.stdout + run.stderr).toMatch(/you sent \*\*\*/);
      await expectNowhere(world, sent);
    }
  });

  it('of a webhook that is not set stops an apply before its first write; plan names it and does not fail', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'), hook);
    const plan = await world.cli('plan', 'dev', '--format', 'json');
    const unset = {
      code: 'unset-variable',
      file: 'environments/dev/a.yaml',
      path: '/spec/headers/X-Signature/fromEnv',
    };
    expect([plan.code, documentOf(plan, 'plan').problems]).toMatchObject([0, [unset]]);
    for (const format of ['text', 'markdown']) {
      const shown = await world.cli('plan', 'dev', '--format', format);
      expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('1 header value is not set or refused')]);
    }
    const run = await world.cli('apply', 'dev', '--auto-approve', '--format', 'json');
    expect([run.code, documentOf(run, 'error').error?.problems]).toMatchObject([3, [unset]]);
    expect(await world.writes()).toEqual([]);
    // What needs no value may be applied without it.
    expect((await world.cli('apply', 'dev', '--auto-approve', '--only', 'SpeechEngine/*')).code).toBe(0);
    expect((await world.cliWith({ env }, 'apply', 'dev', '--auto-approve')).code).toBe(0);
    // Its address can change without it, as long as the value goes to whom it went.
    await world.write('dev/a.yaml', engine('IVR'), {
      ...hook,
      spec: { ...hook.spec, callbackUrl: 'https://qa.example.com/other' },
    });
    expect((await world.cli('apply', 'dev', '--auto-approve')).code).toBe(0);
  });

  it('may not be read from just any variable', async () => {
    const world = await openWorld({ environment: { credentials: { clientSecret: { fromEnv: 'GITHUB_TOKEN' } } } });
    await world.write('dev/a.yaml', webhook('Hook', { headers: { X: { fromEnv: 'CXONE_CLIENT_SECRET' } } }));
    const run = await world.cliWith({ env: { GITHUB_TOKEN: 'ghs_0123456789' } }, 'validate', 'dev', '--format', 'json');
    expect(run.code).toBe(3);
    expect(documentOf(run, 'validate').problems).toMatchObject([
      { code: 'refused-variable', path: '/spec/headers/X/fromEnv' },
      { code: 'refused-variable', path: '/spec/credentials/clientSecret/fromEnv' },
    ]);
    expect(run.stdout).not.toContain('ghs_');
    await world.cliWith({ env: { GITHUB_TOKEN: 'ghs_0123456789' } }, 'plan', 'dev');
    expect(await world.requests()).toEqual([]);
  });

  it('of the simulator is never sent anywhere else', async () => {
    const world = await openWorld();
    const run = await world.cli('plan', 'dev', '--endpoint', 'https://acme.api.nicecxone.com', '--format', 'json');
    expect([run.code, documentOf(run, 'error').error?.code]).toEqual([3, 'ConfigurationError']);
  });
});

describe.concurrent('hostile names of live engines', () => {
  const hostile = [
    '\u001b[2J\u001b]0;owned\u0007 cleared',
    '::error file=a.js::owned',
    'a ##[error]owned ##vso[task.complete]',
    'bidi \u202egnp.exe\u202c \u2066x\u2069 \u200b\u{e0041}',
    'lines\nPlan for dev: nothing to do.\r\n::set-output name=x::y',
    '``` </details><img src=x onerror=alert(1)> | @team #12 [a](javascript:x)',
    '--only=*',
    '\u009b31m c1 \u0085 next',
  ];

  async function hostileWorld(): Promise<World> {
    const engines = hostile.map((name, index) =>
      liveEngine(`e${index}`, name, { version: '1.0.0', description: name, trafficSplit: 1 }),
    );
    const world = await openWorld({
      engines: [...engines, liveEngine('ours', 'Ours', { description: hostile.join() })],
    });
    await world.write('dev/a.yaml', engine('Ours', { description: 'good' }));
    return world;
  }

  function expectHarmless({ stdout, stderr }: Run): void {
    const lines = `${stdout}\n${stderr}`.split('\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
    const unsafe =
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e0fff}]/u;
    for (const line of lines) {
      expect(line).not.toMatch(unsafe);
      expect(line).not.toMatch(/^\s*::/);
      expect(line).not.toContain('##[');
    }
  }

  it.each(['text', 'json', 'markdown'])('can do nothing in a plan (%s)', async (format) => {
    const world = await hostileWorld();
    const run = await world.cli('plan', 'dev', '--format', format);
    expect(run.code).toBe(0);
    expectHarmless(run);
    if (format === 'text') expect(run.stdout.match(/^Plan for dev/gm)).toHaveLength(1);
    if (format === 'markdown') {
      const outside = run.stdout.replace(/^(`{3,})diff\n[^]*?\n\1$/gm, '');
      expect(outside).not.toMatch(/<img|\]\(javascript|(^|[^&])#12|@team/);
      expect(outside.match(/<\/details>/g)).toHaveLength(1);
    }
    if (format !== 'json') return;
    const { unmanaged } = documentOf(run, 'plan');
    if (!Array.isArray(unmanaged)) throw new Error('unmanaged is not a list');
    expect(new Set(unmanaged.map(({ name }) => textOf(name)))).toEqual(new Set(hostile));
    expect(run.stdout).not.toContain('<');
  });

  it.each(['text', 'json'])('can do nothing in a drift run and an apply (%s)', async (format) => {
    const world = await hostileWorld();
    const drift = await world.cli('drift', 'dev', '--format', format);
    expect(drift.code).toBe(2);
    expectHarmless(drift);
    const apply = await world.cli('apply', 'dev', '--auto-approve', '--verbose', '--format', format);
    expect(apply.code).toBe(0);
    expectHarmless(apply);
  });

  it('can do nothing in the error of a server', async () => {
    const world = await hostileWorld();
    await world.faults({ method: 'PATCH', fault: 'status', status: 400, body: { message: hostile.join(' ') } });
    for (const format of ['text', 'json']) {
      const run = await world.cli('apply', 'dev', '--auto-approve', '--verbose', '--format', format);
      expect(run.code).toBe(1);
      expectHarmless(run);
    }
  });

  it('can do nothing as ids: an answer with such an id is refused', async () => {
    const world = await openWorld();
    const entities = [{ ...liveEngine('../../oauth', 'A'), status: 'active' }];
    await world.faults({ path: '/engines', fault: 'status', status: 200, body: { entities, nextPageToken: null } });
    const run = await world.cli('plan', 'dev', '--format', 'json');
    expect([run.code, documentOf(run, 'error').error?.code]).toEqual([1, 'ApiError']);
  });
});
