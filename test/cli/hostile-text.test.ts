import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { engine, webhook } from './manifests.js';
import { run } from './program.js';
import { closeWorlds, openWorld } from './world.js';

const validateFormats = ['text', 'json', 'github', 'gitlab', 'sarif', 'junit'];
const folders: string[] = [];

afterAll(async () => {
  await closeWorlds();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What shells, templates and YAML libraries replace, in all the ways that they do. */
const wanton =
  '${CXONE_MARK} $CXONE_MARK $(env) `env` {{ env }} {{ .Env.CXONE_MARK }} %CXONE_MARK% <%= env %> #{env} &mark;';
/** Appears in no manifest, and in the environment of each run: who prints it has looked there. */
const mark = 'was-expanded-after-all';
const variables = { CXONE_MARK: mark, mark, CXONE_WEBHOOK_MARK: mark };

describe('what looks like a placeholder is text', () => {
  it('in names, descriptions and grammars: in plans, in what is applied, and in what is asked of CXone', async () => {
    const world = await openWorld();
    const grammar = '<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" xml:lang="en-US" root="r">';
    const words = wanton.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const files = path.join(world.folder, 'environments/dev');
    writeFileSync(path.join(files, 'g.grxml'), `${grammar}<rule id="r"><item>${words}</item></rule></grammar>\n`);
    writeFileSync(path.join(files, 'list.json'), JSON.stringify({ phrases: [wanton, '!!js/function "env"'] }));
    await world.write(
      'dev/a.yaml',
      engine(
        wanton,
        {
          description: `${wanton} !!js/function "() => process.env"`,
          grammarConstraints: [
            {
              type: 'json',
              content: { version: wanton.slice(0, 30), rules: [{ id: wanton, pattern: 'a', confidence: 0.5 }] },
            },
            { type: 'list', content: { phrases: [wanton] } },
            { type: 'grxml', file: 'g.grxml' },
            { type: 'list', file: 'list.json' },
          ],
        },
        { previousNames: [`former ${wanton}`] },
      ),
      webhook(wanton),
    );
    const outputs: string[] = [];
    const cli = async (...args: string[]) => {
      const { code, stdout, stderr } = await world.cliWith({ env: variables }, ...args);
      outputs.push(stdout, stderr);
      return code;
    };
    for (const format of validateFormats) expect(await cli('validate', 'dev', '--format', format)).toBe(0);
    for (const format of ['text', 'json', 'markdown']) expect(await cli('plan', 'dev', '--format', format)).toBe(0);
    expect(await cli('plan', 'dev', '--explain')).toBe(0);
    expect(await cli('plan', 'dev', '--out', 'plan.json')).toBe(0);
    expect(await cli('apply', 'dev', '--auto-approve', '--format', 'json')).toBe(0);
    const [live] = await world.engines();
    expect(live?.['name']).toBe(wanton);
    expect(live?.['grammarConstraints']?.[1]).toEqual({ type: 'list', content: { phrases: [wanton] } });
    const kept = [
      await world.read('plan.json'),
      await world.read('.cxone-gitops/dev.jsonl'),
      JSON.stringify(await world.requests()),
    ];
    for (const text of [...outputs, ...kept]) expect(text).not.toContain(mark);
    expect(kept.every((text) => text.includes('{{ .Env.CXONE_MARK }}'))).toBe(true);
  });

  it('wherever a schema has text, in keys, and in environment.yaml: in each format of validate', async () => {
    const root = newFolder();
    for (const [index, document] of oneWantonMemberEach().entries()) {
      const isEnvironment = document.includes('"kind":"Environment"');
      write(root, `e${index}/environment.yaml`, isEnvironment ? document : environment('example-dev'));
      if (!isEnvironment) write(root, `e${index}/a.yaml`, document);
    }
    write(root, 'tags/environment.yaml', environment('!!js/function "() => process.env.CXONE_MARK"'));
    write(root, 'tags/a.yaml', 'kind: !!js/undefined\nname: !ENV ${CXONE_MARK}\n');
    write(root, 'tags/b.yaml', '!!python/object/apply:os.system ["env"]\n');
    for (const format of validateFormats) {
      const { code, stdout, stderr } = await run(['validate', '--all', '--format', format, '--root', root], {
        cwd: root,
        env: variables,
      });
      expect(code).toBe(3);
      expect(`${stdout}${stderr}`).not.toContain(mark);
    }
  });
});

describe('validate', () => {
  it('connects to nothing that manifests, grammars or modelines name', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const root = newFolder();
    write(
      root,
      'dev/environment.yaml',
      `# yaml-language-server: $schema=${url}/schema.json\n${environment(undefined, url)}`,
    );
    write(
      root,
      'dev/a.yaml',
      `# yaml-language-server: $schema=${url}/schema.json\n${JSON.stringify(namingGrammars)}\n---\n${JSON.stringify(webhook('Hook', { callbackUrl: `${url.replace('http:', 'https:')}/hook` }))}\n`,
    );
    const start = 'xmlns="http://www.w3.org/2001/06/grammar" version="1.0" xml:lang="en-US" root="r"';
    const body = `<lexicon uri="${url}/lexicon"/><rule id="r"><ruleref uri="${url}/other.grxml#r"/></rule></grammar>\n`;
    write(
      root,
      'dev/plain.grxml',
      `<?xml version="1.0"?>\n<?xml-stylesheet href="${url}/style.xsl"?>\n<grammar ${start} xml:base="${url}/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a ${url}/a.xsd">${body}`,
    );
    write(
      root,
      'dev/public.grxml',
      `<!DOCTYPE grammar PUBLIC "-//W3C//DTD GRAMMAR 1.0//EN" "${url}/grammar.dtd">\n<grammar ${start}>${body}`,
    );
    write(
      root,
      'dev/subset.grxml',
      `<!DOCTYPE grammar [<!ENTITY x SYSTEM "${url}/x"> <!ENTITY % y SYSTEM "${url}/y"> %y;]>\n<grammar ${start}>&x;${body}`,
    );
    try {
      for (const format of validateFormats) {
        // run() gives it PATH, and nothing of ours.
        const { code } = await run(['validate', 'dev', '--format', format, '--root', root], { cwd: root });
        expect(code).toBe(3);
      }
      expect(connections).toBe(0);
      // The listener would have noticed.
      await fetch(url).catch(() => undefined);
      expect(connections).toBe(1);
    } finally {
      server.close();
    }
  });
});

const namingGrammars = engine('IVR', {
  grammarConstraints: ['plain', 'public', 'subset'].map((name) => ({ type: 'grxml', file: `${name}.grxml` })),
});

/** Manifests in each of which another member of text that the schemas know holds it, or a key does. */
function oneWantonMemberEach(): string[] {
  const documents = Object.entries(kinds).flatMap(([kind, file]) => {
    const at = textMembers({ $ref: `${file}.schema.json` }, '', []);
    const whole = { apiVersion: 'cxone-gitops/v1', kind, metadata: { name: 'x' }, spec: { version: '1.0.0' } };
    return at.flatMap((keys) => [nested(whole, keys, wanton), nested(whole, [...keys.slice(0, -1), wanton], 'x')]);
  });
  expect(documents.length).toBeGreaterThan(100);
  return documents.map((document) => JSON.stringify(document));
}

const kinds = { Environment: 'environment', SpeechEngine: 'speech-engine', Webhook: 'webhook' };

/** The paths of all members of a schema that may be text; `0` for items, a key of our own where any is allowed. */
function textMembers(schema: Schema, file: string, at: readonly string[]): string[][] {
  if (schema.$ref !== undefined) return textMembers(...resolve(schema.$ref, file), at);
  const open = typeof schema.additionalProperties === 'object' ? [['X-Y', schema.additionalProperties] as const] : [];
  const items = schema.items === undefined ? [] : [['0', schema.items] as const];
  const members = [...Object.entries(schema.properties ?? {}), ...open, ...items];
  return [
    ...([schema.type].flat().includes('string') ? [[...at]] : []),
    ...members.flatMap(([key, member]) => textMembers(member, file, [...at, key])),
    ...(schema.oneOf ?? []).flatMap((branch) => textMembers(branch, file, at)),
  ];
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

function resolve(reference: string, from: string): [Schema, file: string] {
  const [named = '', pointer = ''] = reference.split('#');
  const file = named === '' ? from : named;
  const schema: Schema = JSON.parse(readFileSync(`schemas/${file}`, 'utf8'));
  const resolved = pointer === '' ? schema : schema.$defs?.[pointer.slice('/$defs/'.length)];
  if (resolved === undefined) throw new Error(`there is no ${reference}`);
  return [resolved, file];
}

/** A copy with a value at a path, and whatever is needed for it to be there. */
function nested(whole: unknown, [key, ...rest]: readonly string[], value: string): unknown {
  if (key === undefined) return value;
  if (key === '0') return [nested(undefined, rest, value)];
  const members: Record<string, unknown> = typeof whole === 'object' && whole !== null ? { ...whole } : {};
  return { ...members, [key]: nested(members[key], rest, value) };
}

function environment(orgId: string | undefined, baseUrl?: string): string {
  const spec = baseUrl === undefined ? `orgId: ${orgId}` : `baseUrl: ${baseUrl}`;
  return `apiVersion: cxone-gitops/v1\nkind: Environment\nspec:\n  ${spec}\n`;
}

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cxone-gitops-hostile-'));
  folders.push(folder);
  return folder;
}

function write(root: string, file: string, content: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
}
