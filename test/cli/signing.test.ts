import { chmod, copyFile, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf, documentsOf, textOf } from './documents.js';
import { engine } from './manifests.js';
import { formsOf, type Run } from './program.js';
import { closeWorlds, openWorld, until, type World } from './world.js';

afterAll(closeWorlds);

const json = ['--format', 'json'];
const apply = ['apply', 'dev', '--auto-approve', '--timeout', '2', ...json];
const ledgerPath = '.cxone-gitops/dev.jsonl';
const checkpointPath = '.cxone-gitops/dev.checkpoint';

/** Makes a pair of keys in the world's folder; returns the public one. */
async function keygen(world: World, file: string): Promise<string> {
  const made = await world.inside('audit', 'keygen', '--out', file, ...json);
  expect(made.code).toBe(0);
  return textOf(documentOf(made, 'audit-keygen')['publicKey']);
}

/** A world with two keys, whose ledger the first one signed. */
async function signedWorld(): Promise<World> {
  const world = await openWorld();
  await keygen(world, 'old.key');
  await keygen(world, 'new.key');
  await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100 }));
  expect((await world.cli(...apply, '--sign-key', 'old.key')).code).toBe(0);
  return world;
}

let unchanged: Promise<World> | undefined;

/** One such world for all tests of what is refused before anything is written. */
function sharedWorld(): Promise<World> {
  return (unchanged ??= signedWorld());
}

/** Moves traffic, so that an apply has something to do. */
async function change(world: World, trafficSplit: number, ...args: string[]): Promise<Run> {
  await world.write('dev/a.yaml', engine('IVR', { trafficSplit }));
  return world.cli(...apply, ...args);
}

async function verify(world: World, ...args: string[]) {
  const run = await world.inside('audit', 'verify', 'dev', ...args, ...json);
  const document = documentOf(run, 'audit-verify');
  const faults = Array.from({ length: 9 }, (_, at) => document['faults']?.[at]).filter((one) => one !== undefined);
  return { code: run.code, signed: document['signed'], faults, entries: document['entries'] };
}

async function lines(world: World): Promise<string[]> {
  return (await world.read(ledgerPath)).trimEnd().split('\n');
}

const file = (world: World, name: string) => path.join(world.folder, name);

describe.concurrent('audit keygen', () => {
  it('writes a private key for its owner alone, and prints the public one', async () => {
    const world = await openWorld();
    const made = await world.cli('audit', 'keygen', '--out', 'keys/prod.key', '--name', 'acme/prod');
    expect(made.code).toBe(0);
    const [first = ''] = made.stdout.split('\n');
    expect(first).toMatch(/^acme\/prod\+[0-9a-f]{8}\+A[Q-Za-f][A-Za-z0-9+/]{42}$/u);
    expect(await world.read('keys/prod.key.pub')).toBe(`${first}\n`);
    expect(await world.read('keys/prod.key')).toMatch(/^PRIVATE\+KEY\+acme\/prod\+[0-9a-f]{8}\+\S{44}\n$/u);
    expect((await stat(file(world, 'keys/prod.key'))).mode & 0o777).toBe(0o600);
    const secret = (await world.read('keys/prod.key')).trim();
    for (const form of formsOf(secret)) expect(made.stdout + made.stderr).not.toContain(form);
  });

  it('makes another key each time', async () => {
    const world = await openWorld();
    expect(await keygen(world, 'a')).not.toBe(await keygen(world, 'b'));
  });

  it.each(['k', 'k.pub'])('replaces nothing: %s', async (there) => {
    const world = await openWorld();
    await writeFile(file(world, there), 'mine');
    const refused = await world.cli('audit', 'keygen', '--out', 'k', ...json);
    expect([refused.code, documentOf(refused, 'error')]).toMatchObject([3, { error: { code: 'OptionError' } }]);
    expect(await world.read(there)).toBe('mine');
    expect((await readdir(world.folder)).filter((name) => name.startsWith('k'))).toEqual([there]);
  });

  it('follows no link', async () => {
    const world = await openWorld();
    await symlink(file(world, 'elsewhere'), file(world, 'k'));
    expect((await world.cli('audit', 'keygen', '--out', 'k')).code).not.toBe(0);
    expect(await readdir(world.folder)).not.toContain('elsewhere');
  });

  it.each([
    ['no file', []],
    ['a name that no key can have', ['--out', 'k', '--name', 'my key']],
  ])('given %s ends with 3', async (_, args) => {
    const world = await openWorld();
    expect((await world.cli('audit', 'keygen', ...args)).code).toBe(3);
  });
});

describe.concurrent('a signed ledger', () => {
  it('is signed to its end by an apply, and verified with the pinned key', async () => {
    const world = await signedWorld();
    expect((await world.ledger()).map(({ kind }) => kind)).toEqual([
      'genesis',
      'key',
      'trust',
      'intent',
      'outcome',
      'delivering',
      'delivered',
      'run',
    ]);
    expect(await verify(world, '--public-key', 'old.key.pub', '--require-signed')).toMatchObject({
      code: 0,
      signed: { size: 8, unsigned: 0, pinned: true },
    });
    const key = (await world.read('old.key.pub')).trim();
    expect(await verify(world, '--public-key', key)).toMatchObject({ code: 0, signed: { pinned: true } });
    // By the ledger's own word.
    expect(await verify(world)).toMatchObject({ code: 0, signed: { size: 8, pinned: false } });
    const text = await world.cli('audit', 'verify', 'dev', '--public-key', 'old.key.pub');
    expect(text.stdout).toContain('signed to 8, 0 unsigned: by cxone-gitops+');
  });

  it('is signed with the key of the variable, which stands nowhere', async () => {
    const world = await openWorld();
    await keygen(world, 'k');
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100 }));
    const secret = (await world.read('k')).trim();
    await rm(file(world, 'k'));
    const run = await world.cliWith({ env: { CXONE_GITOPS_SIGNING_KEY: secret } }, ...apply, '--verbose');
    expect(run.code).toBe(0);
    expect(await verify(world, '--public-key', 'k.pub', '--require-signed')).toMatchObject({ code: 0 });
    const ledger = `${await world.read(ledgerPath)}${await world.read(checkpointPath)}${run.stdout}${run.stderr}`;
    const base64 = secret.slice(-44);
    const seed = Buffer.from(base64, 'base64').subarray(1);
    for (const form of [...formsOf(secret), base64, seed.toString('hex')]) expect(ledger).not.toContain(form);
  });

  it('gets a new key where the operator names its endpoint, as a simulator of no environment is', async () => {
    const world = await openWorld();
    const endpoint = ['--endpoint', world.simulator.url];
    const environment = { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec: { orgId: 'example-dev' } };
    await world.write('dev/environment.yaml', environment);
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100 }));
    await keygen(world, 'old.key');
    await keygen(world, 'new.key');
    expect((await world.cli(...apply, ...endpoint, '--sign-key', 'old.key')).code).toBe(0);
    const rotate = ['audit', 'rotate', 'dev', '--sign-key', 'old.key', '--new-key', 'new.key', ...json];
    expect((await world.cli(...rotate)).stderr).toContain('it records changes to a simulator');
    expect((await world.cli(...rotate, ...endpoint)).code).toBe(0);
    expect(await verify(world, '--public-key', 'new.key.pub', '--require-signed')).toMatchObject({ code: 0 });
  });

  it('that is not there is a fault for who has its key, whatever the audit log has', async () => {
    const world = await openWorld();
    await keygen(world, 'k');
    expect(await verify(world, '--audit-log')).toMatchObject({ code: 0, faults: [] });
    const missed = await verify(world, '--audit-log', '--public-key', 'k.pub', '--require-signed');
    expect(missed).toMatchObject({ code: 8, faults: [{ code: 'empty' }] });
  });

  it('names nobody who is called as the key of the file that signs it', async () => {
    const world = await openWorld();
    await keygen(world, 'k');
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100 }));
    const USER = `ada ${(await world.read('k')).trim()}`;
    expect((await world.cliWith({ env: { USER } }, ...apply, '--sign-key', 'k')).code).toBe(0);
    const ledger = await world.read(ledgerPath);
    expect(ledger).toContain('"actor":"ada ***"');
    expect(ledger).not.toContain('PRIVATE+KEY');
  });

  it('is signed by audit deliver, too', async () => {
    const world = await signedWorld();
    await world.faults({ method: 'POST', path: '/audit/logs$', fault: 'status', status: 500 });
    expect((await change(world, 50)).code).toBe(8);
    await world.faults();
    const delivered = await world.cli('audit', 'deliver', 'dev', '--timeout', '2', '--sign-key', 'old.key', ...json);
    expect(delivered.code).toBe(0);
    expect(delivered.stderr).toContain('not signed by the run that wrote them: this run signs what it found');
    expect(await verify(world, '--public-key', 'old.key.pub', '--require-signed')).toMatchObject({ code: 0 });
  });

  it('tells what a run without the key left unsigned, and so does that run', async () => {
    const world = await signedWorld();
    const run = await change(world, 50);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/its key cxone-gitops\+[0-9a-f]{8} is not at hand: what this run adds stays unsigned/u);
    const pinned = ['--public-key', 'old.key.pub'];
    expect(await verify(world, ...pinned)).toMatchObject({ code: 0, signed: { size: 8, unsigned: 5 } });
    expect(await verify(world, ...pinned, '--require-signed')).toMatchObject({
      code: 8,
      faults: [{ seq: 9, code: 'unsigned' }],
    });
  });

  it('is signed to where it was when a run is killed, and to the end by the next', async () => {
    const world = await signedWorld();
    await world.forget();
    await world.faults({ method: 'PATCH', path: '/engines/', fault: 'hang', times: 1 });
    await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 50 }));
    const killed = world.start(...apply, '--sign-key', 'old.key');
    await until(async () => (await world.writes()).length > 0);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const { signed } = await verify(world, '--public-key', 'old.key.pub');
    expect(signed).toMatchObject({ size: 8, unsigned: 1 });
    await world.faults();
    expect((await world.cli(...apply, '--sign-key', 'old.key')).code).toBe(0);
    expect(await verify(world, '--public-key', 'old.key.pub', '--require-signed')).toMatchObject({ code: 0 });
  });

  it('is signed by a run whose changes fail', async () => {
    const world = await signedWorld();
    await world.faults({ method: 'PATCH', path: '/engines/', fault: 'status', status: 400 });
    expect((await change(world, 50, '--sign-key', 'old.key')).code).toBe(1);
    const { signed, entries } = await verify(world, '--public-key', 'old.key.pub');
    expect([signed, entries]).toMatchObject([{ size: 11, unsigned: 0 }, 11]);
  });
});

describe.concurrent('an attack on a signed ledger', () => {
  const pinned = ['--public-key', 'old.key.pub'];

  it('that cuts its end off is found, by the checkpoint beside it and by a copy, and stops the next apply', async () => {
    const world = await signedWorld();
    expect((await change(world, 50, '--sign-key', 'old.key')).code).toBe(0);
    await copyFile(file(world, checkpointPath), file(world, 'kept'));
    await writeFile(file(world, ledgerPath), `${(await lines(world)).slice(0, 8).join('\n')}\n`);
    expect(await verify(world)).toMatchObject({ code: 8, faults: [{ seq: null, code: 'checkpoint-cut' }] });
    await world.forget();
    const stopped = await change(world, 30, '--sign-key', 'old.key');
    expect([stopped.code, documentOf(stopped, 'error')]).toMatchObject([1, { error: { code: 'LedgerError' } }]);
    expect(stopped.stderr).toContain('the ledger ends at entry 8, and a checkpoint of 13 was signed');
    expect(await world.writes()).toEqual([]);
    // He takes the checkpoint away as well.
    await rm(file(world, checkpointPath));
    expect(await verify(world, ...pinned)).toMatchObject({ code: 0, signed: null });
    expect(await verify(world, '--checkpoint', 'kept')).toMatchObject({
      code: 8,
      faults: [{ code: 'checkpoint-cut' }],
    });
    expect(await verify(world, '--min-size', '13')).toMatchObject({ code: 8, faults: [{ code: 'too-short' }] });
    expect(await verify(world, ...pinned, '--require-signed')).toMatchObject({
      code: 8,
      faults: [{ code: 'unsigned' }],
    });
  });

  it('that rewrites it from its start, signed with a key of his own, is found by the pinned key and by a copy', async () => {
    const world = await signedWorld();
    await copyFile(file(world, checkpointPath), file(world, 'kept'));
    // Another ledger of the same environment, made with the same program.
    await rm(file(world, '.cxone-gitops'), { recursive: true });
    expect((await change(world, 50, '--sign-key', 'new.key')).code).toBe(0);
    expect(await verify(world)).toMatchObject({ code: 0, signed: { unsigned: 0, pinned: false } });
    expect(await verify(world, ...pinned)).toMatchObject({ code: 8, faults: [{ code: 'public-key' }] });
    expect(await verify(world, '--checkpoint', 'kept')).toMatchObject({
      code: 8,
      faults: [{ code: 'checkpoint-other-ledger' }],
    });
  });

  it('that puts the ledger of another environment, or another one of this, in its place is found', async () => {
    const world = await signedWorld();
    const spec = { baseUrl: world.simulator.url, listLag: 'PT0S' };
    await world.write('prod/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
    await world.write('prod/a.yaml', engine('Other', { trafficSplit: 100 }));
    expect((await world.cli('apply', 'prod', '--auto-approve', '--sign-key', 'old.key')).code).toBe(0);
    const place = (name: string) => file(world, `.cxone-gitops/${name}`);
    await copyFile(place('prod.checkpoint'), file(world, 'kept-prod'));
    await copyFile(place('dev.checkpoint'), file(world, 'kept-dev'));
    const run = await world.cli(
      'audit',
      'verify',
      '--all',
      '--checkpoint',
      'kept-dev',
      '--checkpoint',
      'kept-prod',
      ...json,
    );
    expect([run.code, documentsOf(run, 'audit-verify')]).toMatchObject([0, [{ status: 'clean' }, { status: 'clean' }]]);
    // A copy that is of none of those that are verified.
    expect(await verify(world, '--checkpoint', 'kept-prod')).toMatchObject({
      code: 8,
      faults: [{ code: 'checkpoint-other-ledger', message: expect.stringContaining('/prod; this one is') }],
    });
    await copyFile(place('dev.jsonl'), place('prod.jsonl'));
    await copyFile(place('dev.checkpoint'), place('prod.checkpoint'));
    const swapped = await world.cli('audit', 'verify', 'prod', ...pinned, ...json);
    expect([swapped.code, documentOf(swapped, 'audit-verify').faults]).toMatchObject([
      8,
      [{ code: 'other-environment' }],
    ]);
    // Another ledger of dev, signed with the same key: only what was kept elsewhere tells.
    await rm(place('dev.jsonl'));
    await rm(place('dev.checkpoint'));
    expect((await change(world, 50, '--sign-key', 'old.key')).code).toBe(0);
    expect(await verify(world, ...pinned, '--require-signed')).toMatchObject({ code: 0 });
    expect(await verify(world, '--checkpoint', 'kept-dev')).toMatchObject({
      code: 8,
      faults: [{ code: 'checkpoint-other-ledger' }],
    });
  });
});

describe.concurrent('audit rotate', () => {
  const rotate = ['audit', 'rotate', 'dev', '--sign-key', 'old.key', '--new-key', 'new.key'];

  it('has both keys sign the change, needs no network, and leaves the old one valid up to there', async () => {
    const world = await signedWorld();
    await copyFile(file(world, checkpointPath), file(world, 'kept'));
    await world.forget();
    const run = await world.cliWith({ env: { CXONE_CLIENT_ID: '', CXONE_CLIENT_SECRET: '' } }, ...rotate, ...json);
    expect([run.code, documentOf(run, 'audit-rotate')]).toMatchObject([0, { environment: 'dev', seq: 9 }]);
    expect(await world.requests()).toEqual([]);
    for (const key of ['old.key.pub', 'new.key.pub']) {
      expect(await verify(world, '--public-key', key, '--require-signed', '--checkpoint', 'kept')).toMatchObject({
        code: 0,
        signed: { size: 9, pinned: true },
      });
    }
    expect((await change(world, 50, '--sign-key', 'new.key')).code).toBe(0);
    expect(await verify(world, '--public-key', 'new.key.pub', '--require-signed')).toMatchObject({ code: 0 });
    const shown = await world.cli('audit', 'show', 'dev');
    expect(shown.stdout).toMatch(/sign the ledger with cxone-gitops\+[0-9a-f]{8}\n[^]*in place of cxone-gitops\+/u);
  });

  it('makes the old key useless: it signs nothing more, and a checkpoint that it made later does not count', async () => {
    const world = await signedWorld();
    expect((await world.cli(...rotate)).code).toBe(0);
    await world.forget();
    const refused = await change(world, 50, '--sign-key', 'old.key');
    expect([refused.code, documentOf(refused, 'error')]).toMatchObject([3, { error: { code: 'ConfigurationError' } }]);
    expect(refused.stderr).toMatch(
      /its signing key is cxone-gitops\+.* would sign with cxone-gitops\+.* had before[^]*audit rotate/u,
    );
    expect(await world.writes()).toEqual([]);
    const again = await world.cli(...rotate);
    expect(again.code).toBe(3);
  });

  it.each<[string, string[], RegExp]>([
    ['no new key', ['--sign-key', 'old.key'], /--new-key FILE is missing/u],
    ['no old key', ['--new-key', 'new.key'], /--sign-key FILE is missing/u],
    ['the same key twice', ['--sign-key', 'old.key', '--new-key', 'old.key'], /is its key since entry 2 already/u],
    ['a public key', ['--sign-key', 'old.key', '--new-key', 'new.key.pub'], /it holds no signing key/u],
  ])('with %s ends with 3, and writes nothing', async (_, args, message) => {
    const world = await signedWorld();
    const before = await world.read(ledgerPath);
    const run = await world.cli('audit', 'rotate', 'dev', ...args);
    expect(run.code).toBe(3);
    expect(run.stderr).toMatch(message);
    expect(await world.read(ledgerPath)).toBe(before);
  });
});

describe.concurrent('a signing key', () => {
  it('in a file and in the variable at once is exit 3, before a request is sent', async () => {
    const world = await signedWorld();
    await world.forget();
    const env = { CXONE_GITOPS_SIGNING_KEY: (await world.read('old.key')).trim() };
    const run = await world.cliWith({ env }, ...apply, '--sign-key', 'old.key');
    expect([run.code, documentOf(run, 'error')]).toMatchObject([3, { error: { code: 'OptionError' } }]);
    expect(await world.requests()).toEqual([]);
  });

  it('on the command line, or in the variable of the option for its file, is refused and not repeated', async () => {
    const world = await signedWorld();
    const secret = (await world.read('old.key')).trim();
    for (const run of [
      await world.cli(...apply, '--sign-key', secret),
      await world.cli(...apply, `--sign-key=${secret}`),
      await world.cliWith({ env: { CXONE_GITOPS_SIGN_KEY: secret } }, ...apply),
      await world.cli('apply', 'dev', secret),
      await world.cli('audit', 'verify', 'dev', '--public-key', secret),
      await world.cli('audit', 'verify', 'dev', '--checkpoint', secret),
    ]) {
      expect(run.code).toBe(3);
      for (const form of formsOf(secret)) expect(run.stdout + run.stderr).not.toContain(form);
    }
  });

  it('that git tracks is refused, also through a link; one that others can read is used with a warning', async () => {
    const world = await signedWorld();
    await git(world, 'init', '-q');
    await mkdir(file(world, 'keys'));
    await copyFile(file(world, 'old.key'), file(world, 'keys/tracked'));
    await git(world, 'add', '-f', 'keys/tracked');
    await symlink(file(world, 'keys/tracked'), file(world, 'link'));
    for (const key of ['keys/tracked', 'link']) {
      const run = await change(world, 50, '--sign-key', key);
      expect([run.code, run.stderr]).toEqual([
        3,
        expect.stringContaining('git tracks it, so the key is in the repository'),
      ]);
    }
    await chmod(file(world, 'old.key'), 0o644);
    const run = await change(world, 50, '--sign-key', 'old.key');
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('others on this machine can use this file')]);
  });

  it('comes from no --env-file', async () => {
    const world = await signedWorld();
    const secret = (await world.read('old.key')).trim();
    await writeFile(file(world, 'env'), `CXONE_GITOPS_SIGNING_KEY=${secret}\n`);
    const run = await change(world, 50, '--env-file', 'env');
    expect([run.code, run.stderr]).toEqual([
      3,
      expect.stringMatching(/^env:1:1 error CXONE_GITOPS_SIGNING_KEY has no effect here: /u),
    ]);
    expect(run.stderr).not.toContain(secret);
  });

  it('is not read where what is trusted has changed', async () => {
    const world = await signedWorld();
    const credentials = { clientId: { fromEnv: 'CXONE_OTHER_ID' } };
    const spec = { baseUrl: world.simulator.url, listLag: 'PT0S', credentials };
    await world.write('dev/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
    // It would be exit 3 if it were read.
    const run = await world.cli(...apply, '--sign-key', 'there-is-none');
    expect(run.code).toBe(5);
  });

  it.each<[string, (world: World) => Promise<string>, RegExp]>([
    ['that is not there', async () => 'nowhere', /nowhere: it can't be read/u],
    ['that is a folder', async () => '.cxone-gitops', /it is no plain file/u],
    ['that is a public one', async () => 'old.key.pub', /it holds no signing key/u],
    [
      'that was cut',
      async (world) => {
        const text = await world.read('old.key');
        await writeFile(file(world, 'cut'), text.slice(0, -9));
        return 'cut';
      },
      /it holds no signing key/u,
    ],
  ])('%s is exit 3, without a stack trace', async (_, make, message) => {
    const world = await sharedWorld();
    const run = await world.cli(...apply, '--sign-key', await make(world));
    expect([run.code, run.stderr]).toEqual([3, expect.stringMatching(message)]);
  });
});

describe.concurrent('audit verify', () => {
  it.each<[string, string[], RegExp]>([
    ['--require-signed alone', ['--require-signed'], /--require-signed needs --public-key/u],
    ['a private key', ['--public-key', 'old.key'], /this is the private half of a key/u],
    ['a file without a key', ['--public-key', ledgerPath], /it holds no public key/u],
    ['no such file', ['--public-key', 'nowhere'], /it can't be read/u],
    ['a file that is no checkpoint', ['--checkpoint', 'old.key.pub'], /it is no checkpoint: it has no signature/u],
    ['a size that is none', ['--min-size', '0'], /not a whole number/u],
  ])('with %s ends with 3', async (_, args, message) => {
    const world = await sharedWorld();
    const run = await world.cli('audit', 'verify', 'dev', ...args);
    expect([run.code, run.stderr]).toEqual([3, expect.stringMatching(message)]);
    const secret = (await readFile(file(world, 'old.key'), 'utf8')).trim();
    for (const form of formsOf(secret)) expect(run.stdout + run.stderr).not.toContain(form);
  });
});

async function git(world: World, ...args: string[]): Promise<void> {
  const { execFile } = await import('node:child_process');
  await new Promise<void>((resolve, reject) => {
    execFile('git', args, { cwd: world.folder }, (error) => {
      if (error === null) resolve();
      else reject(new Error('git failed', { cause: error }));
    });
  });
}
