import catalog from '../../schemas/catalog.schema.json' with { type: 'json' };
import environment from '../../schemas/environment.schema.json' with { type: 'json' };
import speechEngine from '../../schemas/speech-engine.schema.json' with { type: 'json' };
import webhook from '../../schemas/webhook.schema.json' with { type: 'json' };
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { pointerSegments } from '../model/pointer.js';

/** The kinds of document that manifests can be, the catalogue beside them, and their schemas. */
export type DocumentKind = 'Environment' | 'SpeechEngine' | 'Webhook' | 'Catalog';

// A schema is JSON; what TypeScript infers from the file is only a narrower name for that.
const schemas = {
  Environment: environment,
  SpeechEngine: speechEngine,
  Webhook: webhook,
  Catalog: catalog,
} as unknown as Readonly<Record<DocumentKind, JsonObject>>;

/**
 * The schema of the value at a path, for its title, description and examples. ajv's own `schemaPath` starts anew in each
 * referenced definition, so it can't tell. Undefined where the schema says nothing.
 */
export function schemaAt(kind: DocumentKind, document: Json, path: readonly string[]): JsonObject | undefined {
  let current: { schema: JsonObject; home: JsonObject } | undefined = { schema: schemas[kind], home: schemas[kind] };
  let value: Json | undefined = document;
  for (const segment of path) {
    current = inner(branchOf(current, value), segment);
    if (current === undefined) return undefined;
    value = isJsonObject(value) ? value[segment] : Array.isArray(value) ? value[Number(segment)] : undefined;
  }
  return branchOf(current, value).schema;
}

interface Located {
  readonly schema: JsonObject;
  /** The file that its references are relative to. */
  readonly home: JsonObject;
}

/** The reference followed, and of alternatives the one that the value's discriminator names. */
function branchOf(located: Located, value: Json | undefined): Located {
  const { schema, home } = resolved(located);
  const { oneOf, discriminator } = schema;
  if (!Array.isArray(oneOf) || !isJsonObject(discriminator) || !isJsonObject(value)) return { schema, home };
  const tag = discriminator['propertyName'];
  if (typeof tag !== 'string') return { schema, home };
  for (const alternative of oneOf) {
    if (!isJsonObject(alternative)) continue;
    const branch = resolved({ schema: alternative, home });
    const expected = member(member(branch.schema, 'properties'), tag)?.['const'];
    if (expected === value[tag]) return branch;
  }
  return { schema, home };
}

function resolved({ schema, home }: Located): Located {
  const { $ref, ...beside } = schema;
  if (typeof $ref !== 'string') return { schema, home };
  const [file = '', fragment = ''] = $ref.split('#');
  const target = file === '' ? home : (Object.values(schemas).find((candidate) => candidate['$id'] === file) ?? home);
  let definition: JsonObject | undefined = target;
  for (const segment of pointerSegments(fragment)) definition = member(definition, segment);
  const { properties, ...rest } = beside;
  return {
    schema: {
      ...definition,
      ...rest,
      ...(definition?.['properties'] === undefined && properties !== undefined && { properties }),
    },
    home: target,
  };
}

function inner({ schema, home }: Located, segment: string): Located | undefined {
  const found =
    member(member(schema, 'properties'), segment) ?? member(schema, 'additionalProperties') ?? member(schema, 'items');
  return found === undefined ? undefined : { schema: found, home };
}

function member(schema: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = schema !== undefined && Object.hasOwn(schema, name) ? schema[name] : undefined;
  return isJsonObject(value) ? value : undefined;
}
