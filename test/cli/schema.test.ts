import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { documentOf } from './documents.js';
import { engine, webhook } from './manifests.js';
import { run } from './program.js';
import { closeWorlds, openWorld } from './world.js';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-schema-'));
});

afterAll(async () => {
  await closeWorlds();
  await rm(folder, { recursive: true, force: true });
});

/** A validator of what `schema` prints, which knows of no other schema. */
async function validatorOf(name: string) {
  const { code, stdout } = await run(['schema', name], { cwd: folder });
  expect(code).toBe(0);
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, discriminator: true });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(stdout));
  return (value: unknown) => (validate(value) ? [] : ajv.errorsText(validate.errors));
}

describe('schema', () => {
  it('lists every schema, one a line, within the page', async () => {
    const { code, stdout, stderr } = await run(['schema'], { cwd: folder });
    const lines = stdout.trimEnd().split('\n');
    const files = await readdir(path.join(root, 'schemas'));
    expect([code, stderr]).toEqual([0, '']);
    expect(lines.map((line) => `${line.split(' ')[0]}.schema.json`).toSorted()).toEqual(files.toSorted());
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    expect(stdout).toMatch(/^speech-engine +One version of a speech recognition engine\.$/m);
  });

  it('lists them as JSON', async () => {
    const { stdout } = await run(['schema', '--format', 'json'], { cwd: folder });
    const { formatVersion, schemas } = JSON.parse(stdout);
    expect(formatVersion).toBe(1);
    expect(schemas).toContainEqual({
      name: 'error',
      title: 'ErrorDocument',
      description: expect.stringContaining('Why a run stopped'),
    });
  });

  it.each(['SpeechEngine', 'speech-engine', 'SPEECHENGINE', 'speech_engine'])('knows %s', async (name) => {
    const { code, stdout } = await run(['schema', name], { cwd: folder });
    expect([code, JSON.parse(stdout).$id]).toEqual([0, 'speech-engine.schema.json']);
  });

  it('says what was meant by a name that it does not know', async () => {
    const { code, stdout, stderr } = await run(['schema', 'webhok'], { cwd: folder });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('there is no schema "webhok"');
    expect(stderr).toContain('Did you mean webhook? There are: environment, speech-engine, webhook, ');
  });

  it('prints schemas that stand alone and take the manifests of the demo', async () => {
    const validators = new Map<string, Awaited<ReturnType<typeof validatorOf>>>();
    for (const kind of ['Environment', 'SpeechEngine', 'Webhook']) validators.set(kind, await validatorOf(kind));
    const files = await readdir(path.join(root, 'environments'), { recursive: true });
    const manifests = files.filter((file) => file.endsWith('.yaml'));
    expect(manifests.length).toBeGreaterThan(8);
    for (const file of manifests) {
      for (const document of parseAllDocuments(await readFile(path.join(root, 'environments', file), 'utf8'))) {
        const value = document.toJS();
        expect([file, validators.get(value.kind)?.(value)]).toEqual([file, []]);
        expect(validators.get(value.kind)?.({ ...value, spek: {} })).toContain('additional properties');
      }
    }
  });

  it('refuses with them what is wrong behind a reference to another schema', async () => {
    const validate = await validatorOf('environment');
    const environment = (defaults: object) => ({
      apiVersion: 'cxone-gitops/v1',
      kind: 'Environment',
      spec: { orgId: 'acme', defaults },
    });
    expect(validate(environment({ SpeechEngine: { noiseSuppression: true } }))).toEqual([]);
    expect(validate(environment({ SpeechEngine: { noiseSuppression: 'yes' } }))).not.toEqual([]);
    expect(validate(environment({ Webhook: { retryPolicy: { maxRetries: -1 } } }))).not.toEqual([]);
  });

  it('prints schemas that take what the program prints and keeps', async () => {
    const world = await openWorld();
    await world.write('dev/a.yaml', engine('A', { trafficSplit: 100 }), webhook('W'));
    const commands = {
      validate: ['validate', 'dev'],
      plan: ['plan', 'dev'],
      apply: ['apply', 'dev', '--auto-approve'],
      drift: ['drift', 'dev'],
      'audit-verify': ['audit', 'verify', 'dev'],
      'audit-show': ['audit', 'show', 'dev'],
      'audit-deliver': ['audit', 'deliver', 'dev'],
      error: ['plan', 'nowhere'],
    };
    for (const [name, args] of Object.entries(commands)) {
      const document = documentOf(await world.cli(...args, '--format', 'json'), name);
      expect([name, (await validatorOf(name))(document)]).toEqual([name, []]);
    }
    const entry = await validatorOf('ledger-entry');
    const entries = await world.ledger();
    expect(entries.length).toBeGreaterThan(4);
    for (const one of entries) expect(entry(one)).toEqual([]);
    expect(entry({ ...entries[0], kind: 'other' })).not.toEqual([]);
  });
});

describe('schema --out', () => {
  it('writes the schemas of manifests side by side, over older ones, and no other', async () => {
    await writeFile(path.join(folder, 'mine.txt'), 'mine');
    for (const round of [1, 2]) {
      const { code, stdout, stderr } = await run(['schema', '--out', 'a/schemas'], { cwd: folder });
      expect([code, stdout], `round ${round}`).toEqual([0, '']);
      expect(stderr).toBe(
        'saved a/schemas/environment.schema.json\nsaved a/schemas/speech-engine.schema.json\nsaved a/schemas/webhook.schema.json\n',
      );
    }
    const written = await readdir(path.join(folder, 'a/schemas'));
    expect(written).toEqual(['environment.schema.json', 'speech-engine.schema.json', 'webhook.schema.json']);
    for (const file of written) {
      const ours = JSON.parse(await readFile(path.join(root, 'schemas', file), 'utf8'));
      expect(JSON.parse(await readFile(path.join(folder, 'a/schemas', file), 'utf8'))).toEqual(ours);
    }
  });

  it('writes through no link', async () => {
    await symlink(tmpdir(), path.join(folder, 'link'));
    const { code, stderr } = await run(['schema', '--out', 'link/schemas'], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toContain('--out link/schemas: link is a symbolic link');
  });

  it('takes no name', async () => {
    const { code, stderr } = await run(['schema', 'plan', '--out', 'x'], { cwd: folder });
    expect([code, stderr]).toEqual([3, expect.stringContaining('plan and --out were given together')]);
  });
});
