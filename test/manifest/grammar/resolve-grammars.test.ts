import { describe, expect, it } from 'vitest';
import { loadEnvironment } from '../../../src/manifest/load-environment.js';
import type { ManifestSource } from '../../../src/manifest/manifest-source.js';
import { memorySource } from '../../../src/manifest/memory-source.js';

const srgs = 'xmlns="http://www.w3.org/2001/06/grammar" version="1.0" xml:lang="en-US"';
const broken = `<grammar ${srgs}><rule id="a"><itm/></rule></grammar>`;

function engine(name: string, grammars: string): string {
  return [
    'apiVersion: cxone-gitops/v1\nkind: SpeechEngine',
    `metadata: { name: ${name} }`,
    'spec: { version: 1.0.0, acousticModelId: a, languageProfileId: b, grammarConstraints:',
    `  ${grammars} }`,
    '',
  ].join('\n');
}

const environment = 'apiVersion: cxone-gitops/v1\nkind: Environment\nspec: { orgId: acme }\n';

/** The files of an environment named env, and how often each was read. */
function counted(files: Readonly<Record<string, string>>) {
  const reads = new Map<string, number>();
  const all = { 'env/environment.yaml': environment, ...files };
  const inner = memorySource('root', new Map(Object.entries(all)));
  const source: ManifestSource = {
    ...inner,
    read(path) {
      reads.set(path, (reads.get(path) ?? 0) + 1);
      return inner.read(path);
    },
  };
  return { source, reads };
}

async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { problems } = await loadEnvironment(counted(files).source, 'env');
  return problems.map(({ file, line, column, code, path }) => `${file}:${line}:${column} ${code} ${path}`);
}

describe('a grammar file', () => {
  it('is read, checked and reported once, however many engines name it', async () => {
    const engines = Array.from({ length: 10_000 }, (_, index) => [
      `env/e${index % 100}.yaml`,
      engine(`E${index}`, '[{ type: grxml, file: g.grxml }]'),
    ]);
    const files: Record<string, string> = { 'env/g.grxml': broken };
    for (const [file = '', text = ''] of engines) files[file] = `${files[file] ?? ''}---\n${text}`;
    const { source, reads } = counted(files);
    const { problems } = await loadEnvironment(source, 'env');
    expect(problems.map(({ code }) => code)).toEqual(['unknown-element']);
    expect(reads.get('env/g.grxml')).toBe(1);
  });

  it('that is not there is a problem of each manifest that names it', async () => {
    const files = { 'env/a.yaml': engine('A', '[{ type: list, file: x.json }]') };
    const both = { ...files, 'env/b.yaml': engine('B', '[{ type: list, file: x.json }]') };
    expect((await problemsOf(both)).map((problem) => problem.replace(/:.*? /, ' '))).toEqual([
      'root/env/a.yaml missing-file /spec/grammarConstraints/0/file',
      'root/env/b.yaml missing-file /spec/grammarConstraints/0/file',
    ]);
  });

  it('that defaults name is a problem of the defaults, once', async () => {
    const defaults = `  defaults:\n    SpeechEngine:\n      grammarConstraints: [{ type: list, content: { phrases: [' '] } }, { type: list, file: x.json }]\n`;
    const plain = engine('A', '[]').replace(/, grammarConstraints:\n {2}\[\]/, '');
    const files = {
      'env/environment.yaml': `apiVersion: cxone-gitops/v1\nkind: Environment\nspec:\n  orgId: acme\n${defaults}`,
      'env/a.yaml': plain,
      'env/b.yaml': plain.replace('name: A', 'name: B'),
    };
    expect(await problemsOf(files)).toEqual([
      expect.stringContaining('environment.yaml:7:63 blank-phrase'),
      expect.stringContaining('environment.yaml:7:93 missing-file'),
    ]);
  });

  it('of a type that its name does not fit is refused by the schema alone', async () => {
    const files = { 'env/a.yaml': engine('A', '[{ type: json, file: g.grxml }]'), 'env/g.grxml': '<' };
    expect(await problemsOf(files)).toEqual([expect.stringContaining('invalid-value /spec/grammarConstraints/0/file')]);
  });
});

describe('grammars of any shape', () => {
  const anything = [
    'null',
    '1',
    'x',
    '[]',
    '{}',
    '[[]]',
    '{ type: 1 }',
    '{ type: json }',
    '{ type: json, content: [] }',
  ];
  const contents = [
    '{ rules: [1, null, {}, { id: 1, pattern: 2 }, { id: [], pattern: {} }] }',
    '{ rules: {} }',
    '{ rules: null }',
    '{ phrases: [1, null, {}, []] }',
    '{ phrases: {} }',
    '{ grxml: 1, sha256: [] }',
    '{ grxml: {} }',
  ];
  const grammars = [
    ...anything,
    ...anything.map((value) => `[${value}]`),
    ...['json', 'list', 'grxml', 'other'].flatMap((type) =>
      contents.map((content) => `[{ type: ${type}, content: ${content} }]`),
    ),
  ];
  it.each(grammars)('are survived: %s', async (grammar) => {
    const { problems } = await loadEnvironment(counted({ 'env/a.yaml': engine('A', grammar) }).source, 'env');
    const said = problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    expect(new Set(said).size).toBe(said.length);
  });
});

describe('a grammar that is written into a manifest', () => {
  it('names its own line, and stands at the value', async () => {
    const text = broken.replaceAll('><', '>\\n<').replaceAll('"', '\\"');
    const grammars = `[{ type: grxml, content: { fileName: g.grxml, grxml: "${text}" } }]`;
    const { problems } = await loadEnvironment(counted({ 'env/a.yaml': engine('A', grammars) }).source, 'env');
    expect(problems).toMatchObject([
      { code: 'unknown-element', line: 5, path: '/spec/grammarConstraints/0/content/grxml' },
    ]);
    expect(problems[0]?.message).toMatch(/^Line 3, column 1 of the grammar: /);
  });
});
