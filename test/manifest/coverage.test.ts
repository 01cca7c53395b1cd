import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from '../../src/manifest/parse.js';
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.js';

const root = 'test/cases/manifest';
const kinds = { Environment: 'environment', SpeechEngine: 'speech-engine', Webhook: 'webhook' } as const;

/** Keywords that refuse something by themselves; the others only say where to look. */
const refusing = [
  'type',
  'const',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
  'additionalProperties',
  'propertyNames',
  'discriminator',
];

/** Rules that no document can break, and why. */
const unbreakable = [
  // What is no mapping is refused before its schema is asked.
  /^[a-z-]+ type$/,
  // The kind chooses the schema; only environment.yaml has its schema whatever it says.
  /^(speech-engine|webhook)(\/properties\/kind const| required kind)$/,
  // The discriminator has looked at the type, and has chosen the alternative by it.
  /^speech-engine\/\$defs\/(json|grxml|list)Grammar( type| required type|\/properties\/type const)$/,
];

/** Codes that a folder of cases can't bring about: they need more than files, or files too large to keep; and their tests. */
const elsewhere: Readonly<Record<string, string>> = {
  'claimed-elsewhere': 'test/cli/same-endpoint.test.ts',
  'file-changed': 'test/manifest/refusals.test.ts',
  'file-name': 'test/manifest/refusals.test.ts',
  'file-too-large': 'test/manifest/hostile.test.ts',
  'grammars-too-large': 'test/manifest/hostile.test.ts',
  'linked-folder': 'test/manifest/hostile.test.ts',
  'not-a-file': 'test/manifest/hostile.test.ts',
  'too-many-files': 'test/cli/bounds.test.ts',
  'too-many-values': 'test/manifest/refusals.test.ts',
  'too-much': 'test/manifest/refusals.test.ts',
  'unreadable-file': 'test/manifest/refusals.test.ts',
};

describe('the cases', () => {
  it('break every rule of the schemas at least once', () => {
    // A schema file holds a JSON object.
    const schemas = Object.values(kinds).map(
      (name) => [name, JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as JsonObject] as const,
    );
    const broken = brokenRules(schemas.map(([, schema]) => schema));
    const never = schemas
      .flatMap(([name, schema]) => rulesOf(schema, name))
      .filter(({ schema, rule }) => broken.get(schema)?.has(rule) !== true)
      .map(({ where, rule }) => `${where} ${rule}`)
      .filter((rule) => !unbreakable.some((reason) => reason.test(rule)));
    expect(never).toEqual([]);
    // Some cases are of many thousand items.
  });

  it('bring about every code of a problem at least once', () => {
    const shown = codesOfCases();
    const emitted = codesOfSources();
    expect([...shown].filter((code) => !emitted.has(code))).toEqual([]);
    const never = [...emitted].filter((code) => !shown.has(code) && !Object.hasOwn(elsewhere, code));
    expect(never.toSorted()).toEqual([]);
  });

  it('bring about nothing that docs/manifests.md does not explain, where reports send their readers', () => {
    const page = readFileSync('docs/manifests.md', 'utf8');
    const unexplained = [...codesOfSources()].filter((code) => !page.includes(`\`${code}\``));
    expect(unexplained).toEqual([]);
  });

  it.each(Object.entries(elsewhere))('leave %s to a test that names it', (code, file) => {
    expect(codesOfSources()).toContain(code);
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`(?<![a-z-])${code}(?![a-z-])`, 'u'));
  });
});

interface Rule {
  /** The object that the keyword stands in. */
  readonly schema: JsonObject;
  /** The keyword; of `required` with the member. */
  readonly rule: string;
  readonly where: string;
}

function rulesOf(value: Json | undefined, where: string): Rule[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => rulesOf(item, `${where}/${index}`));
  if (!isJsonObject(value)) return [];
  const own = refusing.filter((keyword) => Object.hasOwn(value, keyword) && refuses(value, keyword));
  const inner = Object.entries(value).filter(
    ([key]) => !['default', 'examples', 'const', 'enum', 'required', 'not'].includes(key),
  );
  return [
    ...own.flatMap((keyword) => namesOf(value, keyword)).map((rule) => ({ schema: value, rule, where })),
    ...inner.flatMap(([key, member]) =>
      key === 'properties' || key === '$defs'
        ? Object.entries(isJsonObject(member) ? member : {}).flatMap(([name, one]) =>
            rulesOf(one, `${where}/${key}/${name}`),
          )
        : rulesOf(member, `${where}/${key}`),
    ),
  ];
}

function refuses(schema: JsonObject, keyword: string): boolean {
  if (keyword === 'additionalProperties') return schema[keyword] === false;
  // The type beside a const, an enum, a reference or a discriminator only tells tools what the other says.
  const says = ['const', 'enum', '$ref', 'discriminator'].some((other) => Object.hasOwn(schema, other));
  return keyword !== 'type' || !says;
}

/** Each member that is required is a rule of its own. */
function namesOf(schema: JsonObject, keyword: string): string[] {
  const members = schema[keyword];
  if (keyword !== 'required' || !Array.isArray(members)) return [keyword];
  return members.filter((member) => typeof member === 'string').map((member) => `required ${member}`);
}

/** The rules that the documents of all cases break, by the very object of the schema that they stand in. */
function brokenRules(schemas: readonly JsonObject[]): Map<unknown, Set<string>> {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    discriminator: true,
    strict: false,
    schemas: [...schemas],
  });
  const broken = new Map<unknown, Set<string>>();
  for (const { schema, value } of documents()) {
    const validate = ajv.getSchema(`${schema}.schema.json`);
    if (validate === undefined || validate(value) === true) continue;
    for (const { parentSchema, keyword, params } of validate.errors ?? []) {
      const rules = broken.get(parentSchema) ?? new Set();
      broken.set(parentSchema, rules.add(keyword === 'required' ? `required ${params['missingProperty']}` : keyword));
    }
  }
  return broken;
}

/** The documents of all cases, with the schema that each of them is held against. */
function documents(): { schema: string; value: JsonObject }[] {
  return filesBelow(root, '.yaml').flatMap((file) =>
    parse(readFileSync(file, 'utf8')).flatMap((result) => {
      if (!('value' in result) || !isJsonObject(result.value)) return [];
      const { kind } = result.value;
      const name = path.basename(file) === 'environment.yaml' ? 'Environment' : kind;
      const schema = Object.entries(kinds).find(([known]) => known === name)?.[1];
      return schema === undefined
        ? []
        : [result.value, ...withGrammarFiles(result.value, file)].map((value) => ({ schema, value }));
    }),
  );
}

/** An engine again for each grammar file that it names, as if its content were written there. */
function withGrammarFiles(value: JsonObject, file: string): JsonObject[] {
  const spec = isJsonObject(value['spec']) ? value['spec'] : {};
  const grammars = Array.isArray(spec['grammarConstraints']) ? spec['grammarConstraints'] : [];
  return grammars.flatMap((grammar) => {
    const named = isJsonObject(grammar) ? grammar['file'] : undefined;
    if (!isJsonObject(grammar) || typeof named !== 'string' || !named.endsWith('.json')) return [];
    const content = jsonIn(path.join(path.dirname(file), named));
    return [{ ...value, spec: { ...spec, grammarConstraints: [{ type: grammar['type'] ?? null, content }] } }];
  });
}

/** Null where the file is not there or no JSON, which is the defect of other cases. */
function jsonIn(file: string): Json {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function codesOfCases(): Set<string> {
  const texts = filesBelow(root, 'expected.txt').map((file) => readFileSync(file, 'utf8'));
  return matches(texts, /^\S.*?:\d+:\d+ (?:error|warning) ([a-z0-9-]+)/gm);
}

/** Written as `code: '…'`, or handed to a function that makes a finding of it. */
function codesOfSources(): Set<string> {
  const texts = filesBelow('src/manifest', '.ts').map((file) => readFileSync(file, 'utf8'));
  return matches(texts, /\b(?:code: |(?:found|fault)\(\s*)'([a-z][a-z0-9-]*)'/g);
}

function matches(texts: readonly string[], pattern: RegExp): Set<string> {
  return new Set(
    texts.flatMap((text) => [...text.matchAll(pattern)].flatMap(([, code]) => (code === undefined ? [] : [code]))),
  );
}

function filesBelow(folder: string, end: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(end))
    .map((file) => `${folder}/${file}`);
}
