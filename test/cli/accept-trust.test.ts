import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf, textOf } from './documents.js';
import { engine, liveEngine, webhook } from './manifests.js';
import { closeWorlds, type Loose, openWorld, type World } from './world.js';

afterAll(closeWorlds);

const headerValue = 'whsec-of-the-QA-platform';
const env = { CXONE_WEBHOOK_QA: headerValue };
const apply = ['apply', 'dev', '--auto-approve'];
/** A run that reads a secret ends with 3 or 4, for there is none. */
const noSecrets = { CXONE_CLIENT_ID: '', CXONE_CLIENT_SECRET: '' };

function hook(origin: string, spec: object = {}) {
  return webhook('Hook', {
    callbackUrl: `${origin}/hook`,
    headers: { 'X-Signature': { fromEnv: 'CXONE_WEBHOOK_QA' } },
    ...spec,
  });
}

function environment(world: World, members: object = {}) {
  const spec = { baseUrl: world.simulator.url, listLag: 'PT0S', ...members };
  return { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec };
}

/** A world whose settings of now were applied. */
async function applied(members: Readonly<Record<string, unknown>> = {}): Promise<World> {
  const world = await openWorld({ environment: members });
  await world.write('dev/a.yaml', engine('IVR'), hook('https://qa.example.com'));
  expect((await world.cliWith({ env }, ...apply)).code).toBe(0);
  return world;
}

async function trustEntries(world: World): Promise<Loose[]> {
  return (await world.ledger()).filter(({ kind }) => textOf(kind) === 'trust');
}

/** The hash that a message, or a preview, says must be accepted. */
function hashIn(text: string): string {
  const hash = /--accept-trust ([0-9a-f]{64})/.exec(text)?.[1];
  if (hash === undefined) throw new Error(`no hash in ${text}`);
  return hash;
}

describe.concurrent('the trusted settings of the last apply', () => {
  it('are recorded by the first one, before its first request, and by no other that has the same', async () => {
    const world = await applied();
    expect((await world.cliWith({ env }, ...apply)).code).toBe(0);
    const kinds = (await world.ledger()).map(({ kind }) => textOf(kind));
    expect(kinds.filter((kind) => kind === 'trust')).toHaveLength(1);
    expect(kinds.indexOf('trust')).toBeLessThan(kinds.indexOf('intent'));
    expect((await trustEntries(world))[0]).toMatchObject({
      accepted: 'first',
      settings: {
        baseUrl: world.simulator.url,
        credentials: { clientId: 'CXONE_CLIENT_ID', clientSecret: 'CXONE_CLIENT_SECRET' },
        ledger: null,
        guardrails: {},
        webhooks: [{ variable: 'CXONE_WEBHOOK_QA', origins: ['https://qa.example.com'] }],
      },
    });
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
  });

  it('are recorded also where nothing is to be changed', async () => {
    const world = await openWorld({ engines: [liveEngine('e1', 'IVR')] });
    await world.write('dev/a.yaml', engine('IVR'));
    expect((await world.cli(...apply)).code).toBe(0);
    expect((await world.ledger()).map(({ kind }) => textOf(kind))).toEqual(['genesis', 'trust', 'run']);
  });

  it('stop an apply that changes where a secret goes, until its hash is accepted; nothing is written and no secret read', async () => {
    const world = await applied();
    await world.write('dev/a.yaml', engine('IVR', { description: 'new' }), hook('https://elsewhere.example.com'));
    await world.forget();
    const before = await readFile(path.join(world.folder, '.cxone-gitops/dev.jsonl'), 'utf8');
    // Neither is asked for: the variables are empty, and the file is not there.
    const none = { ...noSecrets, CXONE_GITOPS_ENV_FILE: 'gone' };
    const refused = await world.cliWith({ env: none }, ...apply, '--format', 'json');
    const { error } = documentOf(refused, 'error');
    expect([refused.code, error?.code]).toEqual([5, 'TrustError']);
    expect(error?.message).toContain(
      'webhooks.CXONE_WEBHOOK_QA from https://qa.example.com to https://elsewhere.example.com',
    );
    expect(await world.requests()).toEqual([]);
    expect(await readFile(path.join(world.folder, '.cxone-gitops/dev.jsonl'), 'utf8')).toBe(before);

    const hash = hashIn(textOf(error?.hint));
    const wrong = await world.cliWith({ env: noSecrets }, ...apply, '--accept-trust', 'a'.repeat(64));
    expect([wrong.code, wrong.stderr]).toEqual([5, expect.stringContaining(`Their hash is ${hash}`)]);
    expect(await world.requests()).toEqual([]);

    expect((await world.cliWith({ env }, ...apply, '--accept-trust', hash)).code).toBe(0);
    expect((await trustEntries(world)).map(({ accepted, trustHash }) => [accepted, trustHash])).toEqual([
      ['first', expect.any(String)],
      ['operator', hash],
    ]);
    // From now on they are what counts.
    expect((await world.cliWith({ env }, ...apply)).code).toBe(0);
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
  });

  it.each<[string, object, string]>([
    [
      'the variable of the secret',
      { credentials: { clientSecret: { fromEnv: 'CXONE_OTHER' } } },
      'credentials.clientSecret',
    ],
    ['the token URL', { tokenUrl: 'TOKEN' }, 'tokenUrl'],
    ['the guardrails', { guardrails: { maxTrafficIncrease: 90 } }, 'guardrails.maxTrafficIncrease'],
    ['the ledger, where the operator named one', { ledger: { path: 'elsewhere' } }, 'ledger'],
  ])('stop an apply that changes %s', async (_what, members, setting) => {
    const world = await applied({ guardrails: { maxTrafficIncrease: 10 } });
    const changed = 'tokenUrl' in members ? { tokenUrl: `${world.simulator.url}/other/token` } : members;
    await world.write('dev/environment.yaml', environment(world, changed));
    await world.forget();
    const refused = await world.cliWith({ env: noSecrets }, ...apply, '--ledger', '.cxone-gitops');
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining(`${setting} from `)]);
    expect(await world.requests()).toEqual([]);
  });

  it('that give up a right stop nothing: apply records that, the preview says it, and the way back must be accepted', async () => {
    const world = await applied({ guardrails: { maxTrafficIncrease: 20 } });
    const stricter = environment(world, { guardrails: { maxTrafficIncrease: 10, maxChanges: { count: 5 } } });
    await world.write('dev/environment.yaml', stricter);
    await world.write('dev/a.yaml', engine('IVR'));
    const plan = await world.cli('plan', 'dev');
    expect(plan.stdout).toContain('Tighten the guardrail maxTrafficIncrease to 10 (before: 20) · needs no acceptance');
    expect(plan.stdout).not.toContain('--accept-trust');
    expect((await world.cli('drift', 'dev')).stderr).not.toContain('trusted settings');
    const { code, stderr } = await world.cli(...apply);
    expect([code, stderr]).toEqual([0, expect.stringContaining('Send CXONE_WEBHOOK_QA no longer to https://qa')]);
    expect((await trustEntries(world)).map(({ accepted }) => accepted)).toEqual(['first', 'given-up']);
    expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
    const shown = await world.cli('audit', 'show', 'dev');
    expect(shown.stdout).toContain('record trusted settings that give up rights');
    await world.write('dev/environment.yaml', environment(world, { guardrails: { maxTrafficIncrease: 20 } }));
    expect((await world.cliWith({ env: noSecrets }, ...apply)).code).toBe(5);
  });

  it('stop an apply at another endpoint of the same ledger, and one that a merge moved there', async () => {
    const [world, thief] = [await applied(), await openWorld()];
    await world.write('dev/environment.yaml', environment(world, { baseUrl: thief.simulator.url }));
    const refused = await world.cliWith({ env: noSecrets }, ...apply);
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringContaining(`baseUrl from ${world.simulator.url} to ${thief.simulator.url}`),
    ]);
    // So does what else sends a secret for what the ledger holds.
    const deliver = await world.cliWith({ env: noSecrets }, 'audit', 'deliver', 'dev');
    expect([deliver.code, deliver.stderr]).toEqual([5, expect.stringContaining('baseUrl from')]);
    expect(await thief.requests()).toEqual([]);
    // Where an operator goes elsewhere, the manifests are as they were.
    await world.write('dev/environment.yaml', environment(world));
    expect((await world.cliWith({ env }, ...apply, '--endpoint', thief.simulator.url)).code).toBe(0);
  });

  it('may be given to the first apply: it is refused where they are others', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    const refused = await world.cliWith({ env: noSecrets }, ...apply, '--accept-trust', 'b'.repeat(64));
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringContaining('is not the hash of its trusted settings'),
    ]);
    const hash = /Their hash is ([0-9a-f]{64})/.exec(refused.stderr)?.[1] ?? '';
    expect((await world.cli(...apply, '--accept-trust', hash)).code).toBe(0);
  });

  it('are refused where they are more than an entry of the ledger holds, and many changes are told in few words', async () => {
    const world = await applied();
    const hooks = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...webhook(`Hook ${index}`, {
          callbackUrl: `https://${'a'.repeat(60)}-${index}.example.com/hook`,
          headers: { X: { fromEnv: `CXONE_WEBHOOK_${'A'.repeat(90)}_${index}` } },
        }),
      }));
    await world.write('dev/a.yaml', ...hooks(30));
    const many = await world.cliWith({ env: noSecrets }, ...apply);
    expect([many.code, many.stderr]).toEqual([5, expect.stringContaining('and 10 more, which plan shows')]);
    const [first, second] = [hooks(2500).slice(0, 1250), hooks(2500).slice(1250)];
    await world.write('dev/a.yaml', ...first);
    await world.write('dev/b.yaml', ...second);
    const huge = await world.cliWith({ env: noSecrets }, ...apply);
    expect([huge.code, huge.stderr]).toEqual([3, expect.stringContaining('larger than 512 KiB')]);
  });

  it('are not what a ledger begun anew is held against', async () => {
    const world = await applied();
    await rm(path.join(world.folder, '.cxone-gitops'), { recursive: true });
    await world.write('dev/a.yaml', engine('IVR'), hook('https://elsewhere.example.com'));
    expect((await world.cliWith({ env }, ...apply)).code).toBe(0);
    expect((await trustEntries(world))[0]).toMatchObject({ accepted: 'first' });
  });
});

describe.concurrent('the preview', () => {
  it('shows what changed since the last apply, and the hash that apply takes', async () => {
    const world = await applied();
    await world.write('dev/a.yaml', engine('IVR'), hook('https://elsewhere.example.com'));
    const text = await world.cli('plan', 'dev');
    expect([text.code, text.stdout]).toEqual([
      0,
      expect.stringContaining('Trusted settings changed since the last apply'),
    ]);
    expect(text.stdout).toContain(
      'Send CXONE_WEBHOOK_QA to https://elsewhere.example.com (before: https://qa.example.com)',
    );
    const hash = hashIn(text.stdout);
    const markdown = await world.cli('plan', 'dev', '--format', 'markdown');
    expect(markdown.stdout).toContain('> **Trusted settings changed since the last apply**');
    expect(markdown.stdout).toContain(hash);
    const { trust } = documentOf(await world.cli('plan', 'dev', '--format', 'json'), 'plan');
    expect(trust).toEqual({
      hash,
      since: 'last-apply',
      changed: [
        {
          setting: 'webhooks.CXONE_WEBHOOK_QA',
          before: 'https://qa.example.com',
          after: 'https://elsewhere.example.com',
          direction: 'more',
        },
      ],
    });
    const drift = await world.cli('drift', 'dev');
    expect(drift.stderr).toContain('warning: environment dev: its trusted settings changed');
    // A saved plan has them, too, and they are no part of what its hash covers.
    await world.cli('plan', 'dev', '--out', 'plan.json');
    expect((await world.cliWith({ env }, ...apply, '--plan', 'plan.json', '--accept-trust', hash)).code).toBe(0);
    expect(documentOf(await world.cli('plan', 'dev', '--format', 'json'), 'plan').trust).toBeUndefined();
  });

  it.each(['plan', 'drift'])('%s sends no credentials to an endpoint that nobody has accepted yet', async (command) => {
    const world = await applied();
    const before = (await world.requests()).length;
    const port = new URL(world.simulator.url).port;
    // The same simulator by another address.
    await world.write('dev/environment.yaml', environment(world, { baseUrl: `http://localhost:${port}` }));
    const refused = await world.cliWith({ env: noSecrets }, command, 'dev');
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('baseUrl from http://127.0.0.1')]);
    expect((await world.requests()).length).toBe(before);
    const hash = hashIn(refused.stderr);
    const wrong = await world.cliWith({ env }, command, 'dev', '--accept-trust', 'a'.repeat(64));
    expect([wrong.code, (await world.requests()).length]).toEqual([5, before]);
    expect((await world.cliWith({ env }, command, 'dev', '--accept-trust', hash)).code).toBe(0);
    expect((await world.cliWith({ env }, ...apply, '--accept-trust', hash)).code).toBe(0);
    expect((await world.cliWith({ env }, command, 'dev')).code).toBe(0);
  });

  it('reads no header value as long as a change waits to be accepted', async () => {
    const world = await applied();
    await world.write('dev/a.yaml', engine('IVR'), hook('https://elsewhere.example.com'));
    // A value that is a problem wherever it is read.
    const short = { env: { CXONE_WEBHOOK_QA: 'short' } };
    const problems = async () =>
      documentOf(await world.cliWith(short, 'plan', 'dev', '--format', 'json'), 'plan').problems;
    expect(await problems()).toBeUndefined();
    await world.write('dev/a.yaml', engine('IVR'), hook('https://qa.example.com'));
    expect(await problems()).toMatchObject([{ code: 'refused-value' }]);
  });
});

describe.concurrent('guardrails', () => {
  it('of the last apply must pass, too, so that loosening them is a change of its own', async () => {
    const world = await openWorld({
      environment: { guardrails: { maxTrafficIncrease: 10 } },
      engines: [liveEngine('e1', 'IVR')],
    });
    await world.write('dev/a.yaml', engine('IVR'));
    expect((await world.cli(...apply)).code).toBe(0);
    await world.write('dev/environment.yaml', environment(world, { guardrails: { maxTrafficIncrease: 100 } }));
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 50 }));
    const hash = hashIn((await world.cli(...apply)).stderr);
    const refused = await world.cli(...apply, '--accept-trust', hash);
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('guardrails of the last apply')]);
    expect((await world.engines())[0]?.trafficSplit).toBe(0);
    // The looser ones alone change nothing, and count from then on.
    await world.write('dev/a.yaml', engine('IVR'));
    expect((await world.cli(...apply, '--accept-trust', hash)).code).toBe(0);
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 50 }));
    expect((await world.cli(...apply)).code).toBe(0);
  });
});

async function git(folder: string, ...args: string[]): Promise<void> {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const own = { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  await promisify(execFile)('git', ['-C', folder, ...identity, ...args], { env: own });
}

/** What the world holds now becomes what origin/main says. */
async function merge(world: World): Promise<void> {
  await git(world.folder, 'init', '--quiet', '--initial-branch=topic');
  await git(world.folder, 'add', 'environments');
  await git(world.folder, 'commit', '--quiet', '--allow-empty', '--message', 'manifests');
  await git(world.folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
}

const trusted = ['--trust-ref', 'origin/main'];

describe.concurrent('--trust-ref', () => {
  it('refuses a webhook whose value would go where the ref does not say, and reads none', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', hook('https://qa.example.com'));
    await merge(world);
    await world.write('dev/a.yaml', hook('https://elsewhere.example.com'), {
      ...hook('https://qa.example.com'),
      metadata: { name: 'Second' },
    });
    const plan = await world.cliWith(
      { env: { CXONE_WEBHOOK_QA: 'short' } },
      'plan',
      'dev',
      ...trusted,
      '--format',
      'json',
    );
    expect([plan.code, documentOf(plan, 'plan').refusals]).toMatchObject([
      0,
      [
        {
          code: 'untrusted-target',
          id: 'Webhook/Hook',
          message: expect.stringContaining('https://elsewhere.example.com'),
        },
      ],
    ]);
    expect(plan.stderr).toContain(
      'change where the value of CXONE_WEBHOOK_QA goes from https://qa.example.com to https://elsewhere.example.com, https://qa.example.com',
    );
    // There is no apply to hold it against, so what differs from the ref is what is shown.
    expect(documentOf(plan, 'plan').trust).toMatchObject({ since: 'trust-ref' });
  });

  it('goes by the guardrails of the ref', async () => {
    const world = await openWorld({ environment: { guardrails: { maxTrafficIncrease: 10 } } });
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 50 }));
    await merge(world);
    await world.write('dev/environment.yaml', environment(world, { guardrails: { maxTrafficIncrease: 100 } }));
    const plan = await world.cli('plan', 'dev', ...trusted, '--format', 'json');
    expect(documentOf(plan, 'plan').refusals).toMatchObject([{ code: 'traffic-increase' }]);
    expect(plan.stderr).toContain(
      'change guardrails.maxTrafficIncrease from 10 to 100: this run uses what origin/main says',
    );
  });

  it('names the hash that apply takes once the change is merged', async () => {
    const world = await applied();
    await merge(world);
    await world.write('dev/a.yaml', engine('IVR'), hook('https://elsewhere.example.com'));
    const hash = hashIn((await world.cli('plan', 'dev', ...trusted)).stdout);
    expect((await world.cliWith({ env }, ...apply, '--accept-trust', hash)).code).toBe(0);
  });
});

describe.concurrent('a folder that git says nothing about', () => {
  it('gives no file of secrets, and a warning for its ledger', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('IVR'));
    await writeFile(path.join(world.folder, 'secrets.env'), 'CXONE_WEBHOOK_QA=a-value-that-is-long-enough\n');
    expect((await world.cli('plan', 'dev', '--env-file', 'secrets.env')).code).toBe(0);
    await merge(world);
    expect((await world.cli('plan', 'dev', '--env-file', 'secrets.env')).code).toBe(0);
    // As where git is not installed, or does not trust the owner of the folder.
    await writeFile(path.join(world.folder, '.git/HEAD'), 'broken\n');
    const refused = await world.cli('plan', 'dev', '--env-file', 'secrets.env');
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('git does not say whether it tracks')]);
    const warned = await world.cli(...apply);
    expect([warned.code, warned.stderr]).toEqual([
      0,
      expect.stringContaining('git does not say whether it tracks this ledger'),
    ]);
  });
});
