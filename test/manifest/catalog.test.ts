import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCatalog } from '../../src/manifest/catalog.js';
import { catalogDifference, differing } from '../../src/manifest/catalog-difference.js';
import { catalogText } from '../../src/manifest/catalog-text.js';
import { folderSource } from '../../src/manifest/folder-source.js';
import type { Catalog } from '../../src/model/generated/catalog.js';

const catalog: Catalog = {
  formatVersion: 1,
  models: [
    { id: 'a', name: 'A “quoted”\\', locale: 'en-US', tier: 'premium', features: ['b', 'c'], status: 'active' },
    { id: 'b', features: [] },
  ],
  profiles: [{ id: 'p', name: '{\n  "x": 1 }' }],
};

function folder(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'cxone-gitops-catalog-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(path.join(root, 'env'));
  return root;
}

/** What reading a catalog.json says, as `line:column severity code message`. */
async function read(content: string | Uint8Array) {
  const root = folder();
  writeFileSync(path.join(root, 'env/catalog.json'), content);
  const { catalog: found, problems } = await readCatalog(folderSource(root), 'env');
  return {
    found,
    problems: problems.map(({ line, column, severity, code, message }) =>
      [`${line}:${column}`, severity, code, message].join(' '),
    ),
    hints: new Set(problems.map(({ hint }) => hint)),
  };
}

function withModels(...models: unknown[]): string {
  return JSON.stringify({ formatVersion: 1, models, profiles: [] });
}

test('what is written is read back, and written again the same', async () => {
  const text = catalogText(catalog);
  expect(JSON.parse(text)).toEqual(catalog);
  expect(text.endsWith('}\n')).toBe(true);
  const { found, problems } = await read(text);
  expect([found, problems]).toEqual([catalog, []]);
  expect(catalogText(found ?? { formatVersion: 1, models: [], profiles: [] })).toBe(text);
});

test('a model or a profile is one line', () => {
  expect(catalogText(catalog).split('\n')[3]).toBe(
    '    { "id": "a", "name": "A “quoted”\\\\", "locale": "en-US", "tier": "premium", "features": [ "b", "c" ], "status": "active" },',
  );
  expect(catalogText({ formatVersion: 1, models: [], profiles: [] })).toBe(
    '{\n  "formatVersion": 1,\n  "models": [],\n  "profiles": []\n}\n',
  );
});

test('an environment without the file has no catalogue, and no problem', async () => {
  expect(await readCatalog(folderSource(folder()), 'env')).toEqual({ problems: [] });
});

test.each<[string, string, RegExp]>([
  ['a merge conflict', '{\n  "formatVersion": 1,\n<<<<<<< HEAD\n  "models": []\n}', /^3:1 error merge-conflict /],
  [
    'a missing brace',
    '{\n  "formatVersion": 1,\n  "models": [],\n',
    /^4:1 error json-syntax The file is not JSON: something must follow the , before this\.$/,
  ],
  ['a comma too many', '{\n  "formatVersion": 1,\n  "models": [],\n  "profiles": [],\n}', /^5:1 error json-syntax /],
  [
    'no JSON at all',
    'formatVersion: 1',
    /^1:1 error json-syntax The file is not JSON: this is neither a value of JSON /,
  ],
  ['nothing', '', /^1:1 error json-syntax The file is not JSON: a value belongs here\.$/],
  ['a list', '[]', /^1:1 error wrong-type The file does not hold a JSON object\.$/],
  [
    'a member twice',
    '{ "formatVersion": 1, "models": [], "models": [], "profiles": [] }',
    /^1:37 error duplicate-key /,
  ],
  ['a prototype', '{ "__proto__": {} }', /^1:3 error refused-key /],
  ['a later version', '{ "formatVersion": 2, "models": [], "profiles": [] }', /^1:20 error invalid-value /],
  ['no profiles', '{ "formatVersion": 1, "models": [] }', /^1:1 error missing-key The document has no profiles\.$/],
  ['an odd key', withModels({ id: 'm', tyre: 'x' }), /unknown-key `tyre` is not a key of item 1 of models\.$/],
  ['a path as id', withModels({ id: '../x' }), /error invalid-value id /],
  ['no id', withModels({}), /missing-key Item 1 of models has no id\.$/],
  ['a wrong type', withModels({ id: 'm', features: 'all' }), /error wrong-type features /],
  ['an id twice', withModels({ id: 'm' }, { id: 'm' }), /1:47 error defined-twice Two models have the id m\.$/],
])('%s is one problem at its place, and no catalogue', async (_what, content, expected) => {
  const { found, problems, hints } = await read(content);
  expect(problems).toEqual([expect.stringMatching(expected)]);
  expect(found).toBeUndefined();
  expect([...hints]).toEqual(['`cxone-gitops catalog env` writes the file anew.']);
});

test.each<[string, Uint8Array, string]>([
  ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), 'not-utf8'],
  ['binary', Buffer.from('{}\0'), 'binary-file'],
  ['over 1 MiB', Buffer.alloc(1024 * 1024 + 1, ' '), 'file-too-large'],
  ['deep', Buffer.from('['.repeat(5000)), 'too-deep'],
])('a file that is %s is refused', async (_what, bytes, code) => {
  const { found, problems } = await read(bytes);
  expect([found, problems]).toEqual([undefined, [expect.stringContaining(` error ${code} `)]]);
});

test('tabs, CRLF and a byte order mark are fine', async () => {
  const text = `\ufeff${catalogText(catalog).replaceAll('    ', '\t').replaceAll('\n', '\r\n')}`;
  expect((await read(text)).found).toEqual(catalog);
});

test.each(['en_US', 'english', '', 'en-US ', 'x-'])('the locale %j is a warning at its place', async (locale) => {
  const { found, problems } = await read(withModels({ id: 'm', locale: `${locale}!` }));
  expect(found?.models).toEqual([{ id: 'm', locale: `${locale}!` }]);
  expect(problems).toEqual([expect.stringMatching(/^1:49 warning invalid-locale The locale of m, /)]);
});

test.each(['en-US', 'en-us', 'zh-Hans-CN', 'de-1996', 'es-419', 'sr-Latn'])(
  'the locale %s is a tag',
  async (locale) => {
    expect((await read(withModels({ id: 'm', locale }))).problems).toEqual([]);
  },
);

test('a link that leaves the root is not followed', async () => {
  const root = folder();
  symlinkSync('/etc/passwd', path.join(root, 'env/catalog.json'));
  const { catalog: found, problems } = await readCatalog(folderSource(root), 'env');
  expect([found, problems.map(({ code }) => code)]).toEqual([undefined, ['outside-root']]);
});

test('a difference names what is added, removed and changed, whatever the order of members', () => {
  const next: Catalog = {
    formatVersion: 1,
    models: [{ features: [], id: 'b' }, { id: 'c' }, { ...catalog.models[0], id: 'a', status: 'retired' }],
    profiles: [],
  };
  const difference = catalogDifference(catalog, next);
  expect(difference).toEqual({
    models: { added: ['c'], removed: [], changed: ['a'] },
    profiles: { added: [], removed: ['p'], changed: [] },
  });
  expect([differing(difference.models), differing(difference.profiles)]).toEqual([2, 1]);
  expect(catalogDifference(undefined, catalog).models).toEqual({ added: ['a', 'b'], removed: [], changed: [] });
  expect(differing(catalogDifference(catalog, catalog).models)).toBe(0);
});
