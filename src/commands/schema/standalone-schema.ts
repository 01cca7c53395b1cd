import { isJsonObject, type Json, type JsonObject } from '../../model/json.js';

/**
 * A schema that stands alone: every other one that it refers to, directly or through another, is embedded under `$defs`
 * with its own `$id`, and no reference changes (JSON Schema 2020-12 core, §9.3, "Compound Documents"). `others` are all
 * that may be referred to. Throws where one is not among them.
 */
export function standaloneSchema(schema: JsonObject, others: readonly JsonObject[]): JsonObject {
  const byId = new Map(others.map((other) => [other['$id'], other]));
  const embedded = new Map<string, JsonObject>();
  const pending = [...filesOf(schema)];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (file === schema['$id'] || embedded.has(file)) continue;
    const found = byId.get(file);
    if (found === undefined) throw new Error(`a schema refers to ${file}, which is none of ours`);
    embedded.set(file, found);
    pending.push(...filesOf(found));
  }
  if (embedded.size === 0) return schema;
  const own = isJsonObject(schema['$defs']) ? schema['$defs'] : {};
  const sorted = [...embedded].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { ...schema, $defs: { ...own, ...Object.fromEntries(sorted) } };
}

/** The files that the references of a schema lead to, its own aside. */
function filesOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(filesOf);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key !== '$ref' || typeof inner !== 'string') return filesOf(inner);
    const [file = ''] = inner.split('#');
    return file === '' ? [] : [file];
  });
}
