// TypeScript types of a JSON Schema 2020-12 document, by json-schema-to-typescript, which reads older drafts: what it
// would misread is rewritten first.
import { compile } from 'json-schema-to-typescript';

/** Keywords whose value is one schema, a list of schemas, and a map of schemas. */
const ONE = ['items', 'additionalProperties', 'contains', 'propertyNames'];
const LIST = ['oneOf', 'anyOf', 'allOf', 'prefixItems'];
const MAP = ['properties', 'patternProperties', '$defs'];

/** Keywords that only narrow values, and say nothing that a type can hold. */
const NARROWING = [
  '$id',
  '$schema',
  'title',
  'default',
  'examples',
  'discriminator',
  'if',
  'then',
  'else',
  'not',
  'unevaluatedProperties',
];

/** Keywords without which a schema says nothing about the type. */
const TYPED = ['type', 'enum', 'const', 'properties', 'items', 'tsType', ...LIST];

/** What json-schema-to-typescript says of each definition, which the type says already. */
const REFERRED =
  /(?:\/\*\*\n \* This interface was referenced by [^\n]*\n \* via the [^\n]*\n \*\/\n| \*\n \* This interface was referenced by [^\n]*\n \* via the [^\n]*\n)/gu;

/** `ledger-entry` → `LedgerEntry`, the name of the schema's type. */
export function typeName(name) {
  return name.replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/gu, (_, letter) => letter.toUpperCase());
}

/**
 * The text of a module that exports the type of the named schema and one type for each of its `$defs`. References to
 * other schemas become imports of their modules. Titles name nothing: they are for people.
 */
export async function typesOf(name, schemas) {
  const imports = new Map();
  const schema = rewrite(schemas.get(name), (ref) => typeOfReference(ref, name, schemas, imports));
  const text = await compile({ ...schema, title: typeName(name) }, name, {
    additionalProperties: false,
    bannerComment: '',
    format: true,
    ignoreMinAndMaxItems: true,
    strictIndexSignatures: false,
    style: { singleQuote: true, printWidth: 120 },
    unreachableDefinitions: true,
    unknownAny: true,
  });
  const own = text.replaceAll(REFERRED, '');
  const lines = [...imports].map(([type, from]) => `import type { ${type} } from './${from}.js';\n`).toSorted();
  return `${lines.join('')}${lines.length > 0 ? '\n' : ''}${own}`;
}

function rewrite(schema, typeOf) {
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, ...rest } = schema;
  if (typeof $ref === 'string') return { tsType: typeOf($ref), ...describe(rest) };
  const result = Object.fromEntries(Object.entries(rest).filter(([key]) => !NARROWING.includes(key)));
  for (const key of ONE) if (key in result) result[key] = rewrite(result[key], typeOf);
  for (const key of LIST) if (key in result) result[key] = result[key].map((member) => rewrite(member, typeOf));
  for (const key of MAP) {
    if (key in result)
      result[key] = Object.fromEntries(Object.entries(result[key]).map(([k, v]) => [k, rewrite(v, typeOf)]));
  }
  return typed(result);
}

/** Says outright what older drafts leave open or spell otherwise. */
function typed(schema) {
  const result = { ...schema };
  if (result.prefixItems !== undefined) {
    result.additionalItems = result.items ?? true;
    result.items = result.prefixItems;
    delete result.prefixItems;
  }
  // `allOf: [{ if … }]` has lost its members: nothing of it is left to say.
  if (result.allOf !== undefined) {
    result.allOf = result.allOf.filter((member) => member.tsType !== 'unknown');
    if (result.allOf.length === 0) delete result.allOf;
  }
  if (!TYPED.some((key) => key in result)) return { tsType: 'unknown', ...describe(result), ...kept(result) };
  const open = ['properties', 'patternProperties', 'additionalProperties', ...LIST].every((key) => !(key in result));
  if (result.type === 'object' && open) result.additionalProperties = true;
  return result;
}

function describe({ description, deprecated }) {
  return { ...(description !== undefined && { description }), ...(deprecated !== undefined && { deprecated }) };
}

function kept({ $defs }) {
  return $defs === undefined ? {} : { $defs };
}

/** The type behind `#/$defs/x`, `other.schema.json#/$defs/x`, `other.schema.json` and, below these, `/properties/y`. */
function typeOfReference(ref, from, schemas, imports) {
  const [, address, pointer] = /^([^#]*)#?(.*)$/u.exec(ref);
  const home = address === '' ? from : nameOfAddress(address, schemas.get(from).$id, schemas);
  const path = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const named = path[0] === '$defs';
  const type = named ? typeName(path[1]) : typeName(home);
  if (home !== from) imports.set(type, home);
  return memberType(type, path.slice(named ? 2 : 0), ref);
}

/** `['properties', 'a', 'items']` below type T → the type of an item of T's member a. */
function memberType(type, steps, ref) {
  if (steps.length === 0) return type;
  const [step, name, ...rest] = steps;
  if (step === 'properties') return memberType(`Exclude<${type}['${name}'], undefined>`, rest, ref);
  if (step === 'items') return memberType(`${type}[number]`, steps.slice(1), ref);
  if (step === 'additionalProperties') return memberType(`${type}[string]`, steps.slice(1), ref);
  throw new Error(`$ref ${ref}: refer to a definition under $defs`);
}

function nameOfAddress(address, base, schemas) {
  const id = absolute(address, absolute(base));
  const found = [...schemas].find(([, schema]) => absolute(schema.$id) === id);
  if (found === undefined) throw new Error(`$ref ${address}: no schema has this $id`);
  return found[0];
}

/** An `$id` may be a mere file name. */
function absolute(id, base = 'schema:/') {
  return new URL(id, base).href;
}
