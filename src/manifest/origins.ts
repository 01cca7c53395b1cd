import { isJsonObject, type Json } from '../model/json.js';
import { pointer } from '../model/pointer.js';
import type { Origin } from '../model/resource.js';
import type { ManifestDocument } from './manifest-document.js';
import { keyOffsetOf, type Place, placeOf } from './place.js';

/**
 * Where each field of a merged resource was set, by JSON Pointer. Worked out when it is first asked: of thousands of
 * resources only a few ever are.
 */
export function lazyOrigins(documents: readonly ManifestDocument[]): ReadonlyMap<string, Origin> {
  let origins: ReadonlyMap<string, Origin> | undefined;
  const all = () => {
    origins ??= originsOf(documents);
    return origins;
  };
  return {
    get size() {
      return all().size;
    },
    get: (path) => all().get(path),
    has: (path) => all().has(path),
    forEach: (callback) => {
      all().forEach(callback);
    },
    entries: () => all().entries(),
    keys: () => all().keys(),
    values: () => all().values(),
    [Symbol.iterator]: () => all()[Symbol.iterator](),
  };
}

/** A field and what is below it, as the layers leave it. */
interface Field {
  readonly setBy: ManifestDocument;
  readonly offset: number;
  readonly inner: Map<string, Field>;
}

/** The same fold as mergePatch, over places instead of values. */
function originsOf(documents: readonly ManifestDocument[]): ReadonlyMap<string, Origin> {
  const root = new Map<string, Field>();
  for (const document of documents) lay(root, document, document.value, document.place);
  const origins = new Map<string, Origin>();
  collect(root, [], origins);
  return origins;
}

function lay(fields: Map<string, Field>, setBy: ManifestDocument, patch: Json, place: Place): void {
  for (const [key, value] of Object.entries(patch ?? {})) {
    const inner = placeOf(place, key);
    if (inner === undefined) continue;
    const offset = typeof inner === 'number' ? inner : (keyOffsetOf(place, key) ?? 0);
    if (value === null && isJsonObject(patch)) {
      fields.delete(key);
      continue;
    }
    const known = fields.get(key);
    const merges = isJsonObject(value) && isJsonObject(patch) && known !== undefined;
    const field: Field = { setBy, offset, inner: merges ? known.inner : new Map() };
    fields.set(key, field);
    if (typeof value === 'object') lay(field.inner, setBy, value, inner);
  }
}

function collect(fields: ReadonlyMap<string, Field>, path: readonly string[], origins: Map<string, Origin>): void {
  for (const [key, { setBy, offset, inner }] of fields) {
    const here = [...path, key];
    origins.set(pointer(here), { ...setBy.text.locationAt(offset), layer: setBy.layer });
    collect(inner, here, origins);
  }
}
