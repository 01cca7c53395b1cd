import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documentOf } from './documents.js';
import { type Run, run } from './program.js';
import { closeWorlds, openWorld } from './world.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-init-'));
});

afterEach(async () => rm(folder, { recursive: true, force: true }));
afterAll(closeWorlds);

function init(...args: string[]): Promise<Run> {
  return run(['init', ...args], { cwd: folder });
}

/** The files below the folder. */
async function files(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

const first = [
  '.gitignore',
  'environments/dev/engines/main-menu.yaml',
  'environments/dev/environment.yaml',
  'schemas/environment.schema.json',
  'schemas/speech-engine.schema.json',
  'schemas/webhook.schema.json',
];

describe('init', () => {
  it('writes an environment that validates, and says what is next', async () => {
    const { code, stdout, stderr } = await init('--org-id', 'acme-dev');
    expect(code).toBe(0);
    expect(await files()).toEqual(first);
    expect(
      stdout
        .split('\n')
        .slice(1, -1)
        .map((line) => line.trim())
        .toSorted(),
    ).toEqual(first);
    expect(stderr).toContain('\n    cxone-gitops validate dev\n');
    for (const line of `${stdout}${stderr}`.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const validated = await run(['validate', 'dev'], { cwd: folder });
    expect([validated.code, validated.stdout]).toEqual([0, '✔ valid dev: 1 resource, 0 errors, 0 warnings\n']);
  });

  it('writes what can be planned and applied, webhook and all', async () => {
    const { simulator } = await openWorld();
    const name = 'Línea: "on" #1 \u2019';
    await init(
      '--org-id',
      'acme',
      '--engine',
      name,
      '--engine-version',
      '2.0.0-rc.1',
      '--webhook',
      'https://qa.example.com/x',
    );
    const env = {
      CXONE_CLIENT_ID: 'ci',
      CXONE_CLIENT_SECRET: 'simulator-secret',
      CXONE_GITOPS_ENDPOINT: simulator.url,
    };
    const plan = documentOf(await run(['plan', 'dev', '--format', 'json'], { cwd: folder, env }), 'plan');
    expect(plan['summary']).toMatchObject({ create: 2, update: 0 });
    const applied = await run(['apply', 'dev', '--auto-approve', '--format', 'json'], { cwd: folder, env });
    expect([applied.code, documentOf(applied, 'apply')['outcomes']?.[0]?.['id']]).toEqual([
      0,
      `SpeechEngine/${name}@2.0.0-rc.1`,
    ]);
  });

  it('points each manifest to a schema that is there, of its kind', async () => {
    await init('deep/er', '--root', 'conf/manifests', '--org-id', 'acme', '--webhook', 'https://qa.example.com/x');
    const manifests = (await files()).filter((file) => file.endsWith('.yaml'));
    expect(manifests).toHaveLength(3);
    for (const manifest of manifests) {
      const text = await readFile(path.join(folder, manifest), 'utf8');
      const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/u.exec(text) ?? [];
      const file = path.join(folder, path.dirname(manifest), schema);
      expect(JSON.parse(await readFile(file, 'utf8')).title).toBe(parse(text).kind);
    }
    const validated = await run(['validate', '--root', 'deep/er/conf/manifests', 'dev'], { cwd: folder });
    expect(validated.code).toBe(0);
  });

  it('overwrites nothing: it lists what is there, and writes no other file', async () => {
    await init('--org-id', 'acme');
    await rm(path.join(folder, '.gitignore'));
    const { code, stderr } = await init('--org-id', 'other');
    expect(code).toBe(3);
    expect(stderr).toContain(
      'init .: there already: environments/dev/engines/main-menu.yaml, environments/dev/environment.yaml\n',
    );
    expect(await files()).toEqual(first.slice(1));
    expect(await readFile(path.join(folder, 'environments/dev/environment.yaml'), 'utf8')).toContain('orgId: acme\n');
  });

  it('shares schemas with a second environment, unless they are others', async () => {
    await init('--org-id', 'acme');
    const { code, stdout } = await init('--org-id', 'acme-prod', '--environment', 'prod');
    expect([code, stdout.includes('schemas')]).toEqual([0, false]);
    expect((await run(['validate'], { cwd: folder })).code).toBe(0);
    await writeFile(path.join(folder, 'schemas/webhook.schema.json'), '{}');
    const refused = await init('--org-id', 'acme', '--environment', 'test');
    expect([refused.code, refused.stderr]).toEqual([
      3,
      expect.stringContaining('there already: schemas/webhook.schema.json\n'),
    ]);
    expect((await files()).filter((file) => file.includes('test'))).toEqual([]);
  });

  it('takes over no manifests that nobody has seen', async () => {
    await mkdir(path.join(folder, 'environments/dev'), { recursive: true });
    await writeFile(path.join(folder, 'environments/dev/x.yaml'), 'x');
    const { code, stderr } = await init('--org-id', 'acme');
    expect([code, stderr]).toEqual([3, expect.stringContaining('environments/dev holds other files already')]);
    expect(await files()).toEqual(['environments/dev/x.yaml']);
  });

  it('leaves a .gitignore as it is, and says what it lacks', async () => {
    await writeFile(path.join(folder, '.gitignore'), 'node_modules\n');
    const { stderr } = await init('--org-id', 'acme');
    expect(stderr).toContain('Add .cxone-gitops/ to .gitignore');
    expect(await readFile(path.join(folder, '.gitignore'), 'utf8')).toBe('node_modules\n');
    await writeFile(path.join(folder, '.gitignore'), 'node_modules\r\n/.cxone-gitops\r\n');
    expect((await init('--org-id', 'acme', '--environment', 'prod')).stderr).not.toContain('.gitignore');
  });

  it.each(['environments', 'schemas', 'sub'])('writes through no link: %s', async (link) => {
    const outside = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-outside-'));
    await symlink(outside, path.join(folder, link));
    const { code, stderr } = await init(...(link === 'sub' ? ['sub'] : []), '--org-id', 'acme');
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${link} is a symbolic link`)]);
    expect([await files(), await readdir(outside)]).toEqual([[link], []]);
    await rm(outside, { recursive: true });
  });

  it.each(['..', '../x', '/tmp'])('writes nothing outside of its folder: --root %s', async (root) => {
    const { code, stderr } = await init('--org-id', 'acme', '--root', root);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`--root ${root}: it is outside of .`)]);
    expect(await files()).toEqual([]);
  });

  it('needs the organisation, and takes no answer that validate would refuse', async () => {
    const missing = await init();
    expect([missing.code, missing.stderr]).toEqual([3, expect.stringContaining('init needs --org-id')]);
    const wrong = await init('--org-id', 'evil.com/', '--environment', '../..');
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining(`--environment: name can't be "../..".`)]);
    expect(await files()).toEqual([]);
  });

  it('is one JSON document with --format json', async () => {
    const args = ['acme dev', '--org-id', 'acme', '--format', 'json', '--quiet'];
    const done = await init(...args);
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(documentOf(done, 'init')).toEqual({
      formatVersion: 1,
      environment: 'dev',
      folder: 'acme dev',
      files: expect.arrayContaining(['environments/dev/environment.yaml', '.gitignore']),
    });
    expect(documentOf(await init(...args), 'error')['error']?.['exitCode']).toBe(3);
  });

  it('says each default in its help', async () => {
    const help = (await init('--help')).stdout.replaceAll(/\s+/g, ' ');
    await init('--org-id', 'acme');
    const written = await readFile(path.join(folder, 'environments/dev/engines/main-menu.yaml'), 'utf8');
    const { metadata, spec } = parse(written);
    for (const value of ['dev', metadata.name, spec.version, spec.acousticModelId, spec.languageProfileId]) {
      expect(help).toContain(`(default: ${value})`);
    }
  });

  it('quotes the folder in the commands that it prints', async () => {
    const { stderr } = await init("it's; $(id)", '--org-id', 'acme');
    expect(stderr).toContain(`\n    cd 'it'\\''s; $(id)'\n`);
  });
});
