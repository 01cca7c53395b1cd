import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf, documentsOf, textOf } from './documents.js';
import { engine, webhook } from './manifests.js';
import { formsOf } from './program.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

/** Ten mistakes, each with its line and column. */
const wrong = `apiVersion: cxone-gitops/v1
kind: SpeechEngine
metadata:
  name: IVR
  labels: { team: voice }
  previousNames: Old IVR
spec:
  version: "1.0"
  acousticModelId: us-en-acoustic-model-v4
  trafficSplt: 10
  trafficSplit: 101
  noiseSuppression: yes please
  acousticFeatureExtraction: highdecibel
  audioProcessingOptions:
    noiseSuppression: { enabled: true, noiseFloorDb: 3 }
    acousticFeatureExtraction: { enabled: true, frameSizeMs: 5 }
  grammarConstraints:
    - { type: jsn, content: { rules: [] } }
  languageProfileId: us-en-language-profile
`;
const places = [
  ['5:3', 'labels'],
  ['6:18', 'Old IVR'],
  ['8:12', '1.0'],
  ['10:3', 'trafficSplt'],
  ['11:17', '101'],
  ['12:21', 'yes please'],
  ['13:30', 'highdecibel'],
  ['15:54', '3'],
  ['16:62', '5'],
  ['18:15', 'jsn'],
] as const;

/** The same run in both formats: the text, and the error document. */
async function both(world: World, args: readonly string[], env: Record<string, string> = {}) {
  const text = await world.cliWith({ env }, ...args);
  const json = await world.cliWith({ env }, ...args, '--format', 'json');
  expect(json.code).toBe(text.code);
  return { code: text.code, stderr: text.stderr, stdout: text.stdout, json };
}

describe.concurrent('a rollout', () => {
  const document = {
    ...engine('N', { version: '2.0.0', trafficSplit: 50 }),
    rollout: { baseline: 'N@1.0.0', steps: [10, 50] },
  };

  it.each(['plan dev', 'apply dev --auto-approve', 'drift dev'])(
    'is valid and not carried out: %s refuses it before any request, naming its place',
    async (command) => {
      const world = await openWorld();
      await world.write('dev/n.yaml', engine('N', { trafficSplit: 50 }), document);
      const valid = await world.cli('validate', 'dev');
      expect([valid.code, valid.stdout]).toEqual([0, expect.stringContaining('rollout-not-carried-out')]);
      const { code, stderr } = await world.cli(...command.split(' '));
      expect([code, stderr]).toEqual([3, expect.stringContaining('SpeechEngine/N@2.0.0 (environments/dev/n.yaml:')]);
      expect(await world.requests()).toEqual([]);
    },
  );
});

describe.concurrent('every command that needs the network', () => {
  const commands = ['plan dev', 'apply dev --auto-approve', 'drift dev', 'audit deliver dev'];

  it.each(commands.slice(0, 3))('%s ends with 4 for a wrong secret', async (command) => {
    const world = await openWorld();
    const secret = 'wrong-secret-of-dev';
    const { code, stderr, json } = await both(world, command.split(' '), { CXONE_CLIENT_SECRET: secret });
    const { error } = documentOf(json, 'error');
    expect([code, error?.code, error?.exitCode]).toEqual([4, 'AuthError', 4]);
    expect(error?.message).toMatch(/POST \/oauth\/token answered 401: .*Correlation id [0-9a-f-]{36}/);
    expect(stderr).toContain('error: POST /oauth/token answered 401');
    for (const form of formsOf(secret)) expect(stderr + json.stdout).not.toContain(form);
    // Refused once is refused: repeating it could lock the client.
    expect(await world.requests()).toHaveLength(2);
  });

  it('leaves no ledger behind that the wrong secret began', async () => {
    const world = await openWorld();
    const run = await world.cliWith({ env: { CXONE_CLIENT_SECRET: 'x1' } }, 'apply', 'dev', '--format', 'json');
    expect(documentOf(run, 'error').error?.code).toBe('AuthError');
    await expect(world.ledger()).rejects.toThrow('ENOENT');
  });

  it.each(commands.slice(0, 3))('%s ends with 1 when no server listens', async (command) => {
    const world = await openWorld();
    const endpoint = 'http://127.0.0.1:1';
    const { code, stderr, json } = await both(world, [...command.split(' '), '--endpoint', endpoint]);
    const { error } = documentOf(json, 'error');
    expect([code, error?.code]).toEqual([1, 'NetworkError']);
    expect(error?.message).toContain('POST /oauth/token was not sent');
    expect(stderr).toMatch(/ECONNREFUSED|refused/);
  });

  it.each(commands)('%s ends with 3 for credentials that are not set', async (command) => {
    const world = await openWorld();
    const { code, stderr, json } = await both(world, command.split(' '), {
      CXONE_CLIENT_ID: '',
      CXONE_CLIENT_SECRET: '',
    });
    const { error } = documentOf(json, 'error');
    expect([code, error?.code]).toEqual([3, 'ConfigurationError']);
    expect(error?.message).toBe('environment dev: CXONE_CLIENT_ID and CXONE_CLIENT_SECRET are not set');
    expect(stderr).toContain('hint: ');
    expect(await world.requests()).toEqual([]);
  });

  it('names the variables that the environment names', async () => {
    const clientSecret = { fromEnv: 'CXONE_DEV_SECRET' };
    const world = await openWorld({ environment: { credentials: { clientSecret } } });
    const { code, json } = await both(world, ['plan', 'dev'], { CXONE_CLIENT_SECRET: '' });
    expect([code, documentOf(json, 'error').error?.message]).toEqual([
      3,
      'environment dev: CXONE_DEV_SECRET is not set',
    ]);
  });

  it.each([...commands, 'validate dev', 'audit verify dev'])(
    '%s ends with 3 for an unknown environment and suggests one',
    async (command) => {
      const world = await openWorld();
      const args = command.replace('dev', 'devv').split(' ');
      const { code, stderr, stdout, json } = await both(world, args);
      expect(code).toBe(3);
      expect(stderr + stdout).toMatch(/devv/);
      expect(stderr + stdout).toMatch(/\bdev\b/);
      expect(JSON.parse(json.stdout).status).toMatch(/error|invalid/);
    },
  );

  it.each([
    ['no JSON', { fault: 'status', status: 200, body: '<html>login</html>' }, 1],
    ['half an answer', { fault: 'truncate' }, 1],
    ['a redirect', { fault: 'redirect' }, 1],
    ['a page token again and again', { fault: 'page-loop' }, 1],
  ])('ends with a clear message for %s', async (_name, fault, exitCode) => {
    const world = await openWorld({
      engines: Array.from({ length: 60 }, (_item, index) => ({ ...engine('x').spec, name: `E${index}` })),
    });
    await world.faults({ method: 'GET', path: '/engines', ...fault });
    const run = await world.cli('plan', 'dev', '--format', 'json', '--timeout', '2');
    expect([run.code, run.stderr]).toEqual([exitCode, expect.stringContaining('/api/v2/speech/engines')]);
    documentOf(run, 'error');
    expect((await world.requests()).some(({ path: at }) => at.startsWith('/redirected'))).toBe(false);
  });
});

describe.concurrent('manifests', () => {
  it('with ten different mistakes show all ten, each at its file, line and column', async () => {
    const world = await openWorld();
    await writeFile(path.join(world.folder, 'environments/dev/ivr.yaml'), wrong);
    const { code, stdout, json } = await both(world, ['validate', 'dev']);
    expect(code).toBe(3);
    const { problems, status } = documentOf(json, 'validate');
    expect(status).toBe('invalid');
    if (!Array.isArray(problems)) throw new Error('problems is not a list');
    const found = problems.map(({ line, column }) => `${line}:${column}`);
    expect(found).toEqual(places.map(([place]) => place));
    for (const [place, word] of places) {
      expect(stdout).toContain(`environments/dev/ivr.yaml:${place}`);
      expect(stdout).toContain(word);
    }
    expect(stdout).toContain('Did you mean `trafficSplit`?');
    expect(stdout).toContain('Did you mean `high_decibel`?');
  });

  it.each(['plan', 'apply', 'drift'])('with mistakes stop %s before any connection', async (command) => {
    const world = await openWorld();
    await writeFile(path.join(world.folder, 'environments/dev/ivr.yaml'), wrong);
    const { code, stderr, json } = await both(world, [command, 'dev']);
    const { error } = documentOf(json, 'error');
    expect([code, error?.code]).toEqual([3, 'ManifestError']);
    expect(error?.problems).toHaveLength(10);
    for (const [place] of places) expect(stderr).toContain(`environments/dev/ivr.yaml:${place}`);
    expect(await world.requests()).toEqual([]);
  });

  it('that are no YAML are a problem at their place', async () => {
    const world = await openWorld();
    await writeFile(path.join(world.folder, 'environments/dev/a.yaml'), 'kind: [\nb: 1\n');
    await writeFile(path.join(world.folder, 'environments/dev/b.yaml'), Buffer.from([0x6b, 0xff, 0xfe, 0x00]));
    const { code, stdout } = await both(world, ['validate', 'dev']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/environments\/dev\/a\.yaml:\d+:\d+/);
    expect(stdout).toMatch(/environments\/dev\/b\.yaml/);
  });

  it.each([
    ['a file', 'environments.txt', async (root: string) => writeFile(root, '')],
    ['missing', 'nowhere', async () => undefined],
    ['a link to itself', 'loop', async (root: string) => symlink(root, root)],
  ])('whose root is %s can not be read', async (_name, root, make) => {
    const world = await openWorld();
    await make(path.join(world.folder, root));
    for (const args of [
      ['validate', 'dev'],
      ['validate', '--all'],
      ['plan', 'dev'],
      ['drift', '--all'],
    ]) {
      const { code, stderr, json } = await both(world, [...args, '--root', root]);
      expect([args, code]).toEqual([args, 1]);
      expect(stderr).toContain(root);
      expect(documentOf(json, 'error').error?.exitCode).toBe(1);
    }
  });

  it('of an environment without any are valid, and there is nothing to do', async () => {
    const world = await openWorld();
    const validated = await both(world, ['validate', 'dev']);
    expect([validated.code, validated.stdout]).toEqual([0, expect.stringContaining('valid dev: 0 resources')]);
    documentOf(validated.json, 'validate');
    const planned = await both(world, ['plan', 'dev', '--detailed-exitcode']);
    expect([planned.code, documentOf(planned.json, 'plan').changes]).toEqual([0, []]);
    const applied = await both(world, ['apply', 'dev']);
    expect([applied.code, documentOf(applied.json, 'apply').status]).toEqual([0, 'no-changes']);
    const drift = await both(world, ['drift', 'dev']);
    expect([drift.code, documentOf(drift.json, 'drift').status]).toEqual([0, 'in-sync']);
  });

  it('of an empty root name no environment', async () => {
    const world = await openWorld();
    await rm(path.join(world.folder, 'environments/dev'), { recursive: true });
    await mkdir(path.join(world.folder, 'environments'), { recursive: true });
    for (const args of [['validate'], ['plan', '--all'], ['drift', '--all'], ['audit', 'verify']]) {
      const { code, json } = await both(world, args);
      expect([args, code]).toEqual([args, 3]);
      expect(documentOf(json, 'error').error?.message).toBe('environments holds no environment');
    }
  });

  it('that are nowhere lead to --root and init', async () => {
    const world = await openWorld();
    const { code, stderr } = await world.cli('validate', '--root', 'nowhere');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("nowhere can't be read: there is no such file or folder (ENOENT)."),
    ]);
    expect(stderr).toMatch(/--root names the folder.*`cxone-gitops init` writes a first one/);
  });

  it('count as resources with their errors, too', async () => {
    const world = await openWorld();
    await world.write('dev/engines/a.yaml', { ...engine('A'), rolout: {} });
    const { code, stdout } = await world.cli('validate', 'dev');
    expect([code, stdout]).toEqual([3, expect.stringContaining('invalid dev: 1 resource, 1 error')]);
  });

  it('of a folder without environment.yaml are not an environment, and that is said', async () => {
    const world = await openWorld();
    await world.write('stray/engines/a.yaml', engine('A'));
    const { code, stderr, stdout } = await both(world, ['validate', 'stray']);
    expect(code).toBe(3);
    expect(stderr + stdout).toContain('environment.yaml');
  });

  it('of several environments are judged each on its own', async () => {
    const world = await openWorld();
    await world.write('prod/environment.yaml', { kind: 'Environment' });
    const run = await world.cli('validate', '--all', '--format', 'json');
    expect(run.code).toBe(3);
    expect(documentsOf(run, 'validate')).toMatchObject([
      { environment: 'dev', status: 'valid' },
      { environment: 'prod', status: 'invalid' },
    ]);
    const planned = await world.cli('plan', '--all', '--format', 'json');
    expect(planned.code).toBe(3);
    expect(documentsOf(planned, 'plan')).toMatchObject([{ environment: 'dev' }, { status: 'error' }]);
    expect(planned.stderr).toContain('environments/prod/environment.yaml');
  });
});

describe.concurrent('the command line', () => {
  it.each([
    [['plam', 'dev'], /unknown command 'plam'/, /plan/],
    [['plan', 'dev', '--fromat', 'json'], /unknown option '--fromat'/, /--format/],
    [['plan', 'dev', '--format', 'yaml'], /yaml/, /text, json, markdown/],
    [['apply'], /missing required argument 'env'/, /`cxone-gitops apply --help` shows/],
    [['apply', 'dev', 'prod'], /too many arguments/, /`cxone-gitops apply --help` shows/],
    [['audit', 'deliver'], /missing required argument 'env'/, /`cxone-gitops audit deliver --help` shows/],
    [['plan', 'dev', '--timeout', '0'], /--timeout/, /1 to 3600/],
    [['plan', 'dev', '--concurrency', 'many'], /--concurrency/, /1 to 64/],
    [['drift', 'dev', '--fail-on', 'unmanagd'], /--fail-on/, /unmanaged/],
    [['audit', 'verfy'], /unknown command 'verfy'/, /verify/],
    [['plan'], /no environment was named/, /dev/],
    [['plan', 'dev', '--all'], /--all and dev/, /./],
    [['plan', '../dev'], /\.\.\/dev/, /./],
    [['apply', 'dev', '--plan', 'missing.json'], /--plan missing\.json/, /./],
    [['audit', 'deliver', 'dev', '--resolve', 'one'], /--resolve one/, /SEQ=LOGID/],
    [['audit', 'hash', 'missing.json'], /missing\.json/, /./],
    [['simulate', '--tier', 'gold'], /--tier/, /premium/],
    [['simulate', '--assume', 'nothing=1'], /--assume nothing=1/, /list-lag/],
    [['simulate', '--rate-limit', '60/h'], /--rate-limit 60\/h/, /600\/min/],
  ])('%j ends with 3 and says what would be right', async (args, message, help) => {
    const world = await openWorld();
    const text = await world.cli(...args);
    expect([text.code, text.stdout]).toEqual([3, '']);
    expect(text.stderr).toMatch(/^error: /);
    expect(text.stderr).toMatch(message);
    expect(text.stderr).toMatch(help);
    if (args[0] === 'simulate' || args.includes('--format')) return;
    const json = await world.cli(...args, '--format=json');
    expect([json.code, textOf(documentOf(json, 'error').error?.message)]).toEqual([3, expect.stringMatching(message)]);
  });

  it('without a command shows help and ends with 3; --help and --version end with 0', async () => {
    const world = await openWorld();
    for (const args of [[], ['audit']]) {
      const bare = await world.cli(...args);
      expect([bare.code, bare.stdout, bare.stderr]).toEqual([3, '', expect.stringContaining('Commands:')]);
    }
    const help = await world.cli('plan', '--help');
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('--detailed-exitcode')]);
    expect(help.stdout, 'options that may be left out').not.toContain('default: []');
    const version = await world.cli('--version');
    expect([version.code, version.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });

  it('asks before it writes, and without a terminal needs --auto-approve', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('A'), webhook('Hook'));
    const run = await world.cliWith({ input: 'y\n' }, 'apply', 'dev', '--format', 'json');
    expect([run.code, documentOf(run, 'error').error?.message]).toEqual([3, expect.stringContaining('no terminal')]);
    expect(await world.writes()).toEqual([]);
  });
});
