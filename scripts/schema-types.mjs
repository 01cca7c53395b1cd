// TypeScript types of a JSON Schema 2020-12 document, by json-schema-to-typescript, which reads older drafts: what it
// would misread is rewritten first.
import { compile } from 'json-schema-to-typescript';

/** Keywords whose value is one schema, a list of schemas, and a map of schemas. */
const ONE = ['items', 'additionalProperties', 'contains', 'propertyNames'];
const LIST = ['oneOf', 'anyOf', 'allOf', 'prefixItems'];
const MAP = ['properties', 'patternProperties'];

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
  const typeOf = (ref) => typeOfReference(ref, name, schemas, imports);
  const { $defs = {}, ...document } = schemas.get(name);
  const texts = [await declare(typeName(name), rewrite(document, typeOf))];
  for (const [key, definition] of Object.entries($defs)) {
    texts.push(await declare(typeName(key), rewrite(definition, typeOf)));
  }
  const lines = Array.from(imports, ([clause, module]) => `import type { ${clause} } from './${module}.js';\n`);
  return [lines.toSorted().join(''), ...texts].filter((text) => text !== '').join('\n');
}

/** Every reference is the name of a type by now, so that each schema is declared by itself and only once. */
function declare(type, schema) {
  return compile({ ...schema, title: type }, type, {
    additionalProperties: false,
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 120 },
  });
}

function rewrite(schema, typeOf) {
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, ...rest } = schema;
  if (typeof $ref === 'string') return { tsType: withRequired(typeOf($ref), rest.required ?? []), ...describe(rest) };
  const result = Object.fromEntries(Object.entries(rest).filter(([key]) => !NARROWING.includes(key)));
  for (const key of ONE) if (key in result) result[key] = rewrite(result[key], typeOf);
  for (const key of LIST) if (key in result) result[key] = result[key].map((member) => rewrite(member, typeOf));
  for (const key of MAP) {
    if (key in result)
      result[key] = Object.fromEntries(Object.entries(result[key]).map(([k, v]) => [k, rewrite(v, typeOf)]));
  }
  return typed(result);
}

/** A reference may ask for members that its target leaves optional. */
function withRequired(type, members) {
  if (members.length === 0) return type;
  return `${type} & Required<Pick<${type}, ${members.map((member) => `'${member}'`).join(' | ')}>>`;
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
  if (!TYPED.some((key) => key in result)) return { tsType: 'unknown', ...describe(result) };
  const open = ['properties', 'patternProperties', 'additionalProperties', ...LIST].every((key) => !(key in result));
  if (result.type === 'object' && open) result.additionalProperties = true;
  return result;
}

function describe({ description, deprecated }) {
  return { ...(description !== undefined && { description }), ...(deprecated !== undefined && { deprecated }) };
}

/** The type behind `#/$defs/x`, `other.schema.json#/$defs/x`, `other.schema.json` and, below these, `/properties/y`. */
function typeOfReference(ref, from, schemas, imports) {
  const [, address, pointer] = /^([^#]*)#?(.*)$/u.exec(ref);
  const home = address === '' ? from : nameOfAddress(address, schemas.get(from).$id, schemas);
  const path = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const [first, definition] = path;
  const own = first === '$defs' ? typeName(definition) : typeName(home);
  const type = home === from || own === typeName(home) ? own : `${typeName(home)}${own}`;
  if (home !== from) imports.set(type === own ? own : `${own} as ${type}`, home);
  return memberType(type, path.slice(first === '$defs' ? 2 : 0), ref);
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
