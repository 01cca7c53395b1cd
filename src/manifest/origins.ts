import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { pointer } from '../model/pointer.js';
import type { Origin, Resource } from '../model/resource.js';
import { documentPlace } from './document-place.js';
import type { ManifestDocument } from './manifest-document.js';
import { keyOffsetOf, type Place, placeOf } from './place.js';

/**
 * Where each field of a merged resource was set, by JSON Pointer. Worked out when it is first asked: of thousands of
 * resources only a few ever are.
 */
export class LazyOrigins implements ReadonlyMap<string, Origin> {
  readonly documents: readonly ManifestDocument[];
  private known: ReadonlyMap<string, Origin> | undefined;

  /** `documents` are what defines the resource, from the lowest layer. */
  constructor(documents: readonly ManifestDocument[]) {
    this.documents = documents;
  }

  get size(): number {
    return this.all().size;
  }

  get(path: string): Origin | undefined {
    return this.all().get(path);
  }

  has(path: string): boolean {
    return this.all().has(path);
  }

  forEach(callback: (value: Origin, key: string, map: ReadonlyMap<string, Origin>) => void): void {
    this.all().forEach(callback);
  }

  entries(): MapIterator<[string, Origin]> {
    return this.all().entries();
  }

  keys(): MapIterator<string> {
    return this.all().keys();
  }

  values(): MapIterator<Origin> {
    return this.all().values();
  }

  [Symbol.iterator](): MapIterator<[string, Origin]> {
    return this.entries();
  }

  private all(): ReadonlyMap<string, Origin> {
    this.known ??= originsOf(this.documents);
    return this.known;
  }
}

/** The documents that define a resource, from the lowest layer; none of one that no manifest defines. */
export function layersOf({ origins }: Pick<Resource, 'origins'>): readonly ManifestDocument[] {
  return origins instanceof LazyOrigins ? origins.documents : [];
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
  for (const document of documents) lay(root, document, document.value, documentPlace(document));
  const origins = new Map<string, Origin>();
  collect(root, [], origins);
  return origins;
}

function lay(fields: Map<string, Field>, setBy: ManifestDocument, patch: Json[] | JsonObject, place: Place): void {
  for (const [key, value] of Object.entries<Json>(patch)) {
    const inner = placeOf(place, key);
    if (inner === undefined) continue;
    const offset = typeof inner === 'number' ? inner : (keyOffsetOf(place, key) ?? 0);
    if (value === null && isJsonObject(patch)) {
      fields.delete(key);
      continue;
    }
    const known = fields.get(key);
    const merges = isJsonObject(value) && isJsonObject(patch) && known !== undefined;
    const field: Field = { setBy, offset, inner: merges ? known.inner : new Map<string, Field>() };
    fields.set(key, field);
    if (typeof value === 'object' && value !== null) lay(field.inner, setBy, value, inner);
  }
}

function collect(fields: ReadonlyMap<string, Field>, path: readonly string[], origins: Map<string, Origin>): void {
  for (const [key, { setBy, offset, inner }] of fields) {
    const here = [...path, key];
    origins.set(pointer(here), { ...setBy.text.locationAt(offset), layer: setBy.layer });
    collect(inner, here, origins);
  }
}
