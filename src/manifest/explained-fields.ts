import type { Kind } from '../model/identity.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { pointer } from '../model/pointer.js';
import type { Origin, Resource } from '../model/resource.js';
import { documentPlace } from './document-place.js';
import type { ManifestDocument } from './manifest-document.js';
import { knownKeys } from './meant-key.js';
import { mergePatch } from './merge-patch.js';
import { layersOf } from './origins.js';
import { offsetAt } from './place.js';
import { schemaAt } from './schema-at.js';
import { mayHoldSecret } from './secret-places.js';

/** A field as one layer sets it. */
export interface FieldSetting extends Origin {
  /** Null where the layer takes the field away. */
  readonly value: Json;
  /** The value may be a secret in a wrong place: it is left out, and null. */
  readonly hidden?: true;
}

/** A field after layering. A list is one field: layers replace it as a whole. */
export interface ExplainedField {
  /** JSON Pointer into the document. */
  readonly path: string;
  readonly value: Json;
  readonly hidden?: true;
  /** Where it is set; null for the schema's default. */
  readonly origin: Origin | null;
  /** What lower layers set, the highest first; at a default, what takes the field away, and what it had been. */
  readonly overridden: readonly FieldSetting[];
}

/** What the identity is made of: the same in each layer, so that none overrides another. */
const identityPaths = ['/metadata/name', '/spec/version'];

/**
 * Every field of a resource's metadata, spec and rollout after layering, and those of the spec that have their default,
 * with what sets them (docs/manifests.md, "Layers"). Also of a faulty resource; then what may be a secret is hidden.
 */
export function explainedFields(resource: Resource): ExplainedField[] {
  const { kind } = resource.identity;
  const layers = layersOf(resource);
  let merged: JsonObject = {};
  for (const { value } of layers) merged = mergePatch(merged, value);
  const { metadata = {}, spec = {}, rollout = {} } = merged;
  const set = [...leaves({ metadata }), ...leaves({ spec }), ...leaves({ rollout })];
  const left = [...defaults(kind, merged, ['spec']), ...defaults(kind, merged, ['rollout'])];
  return [...set, ...left]
    .map(([path, value]) => explain(kind, merged, layers, path, value))
    .toSorted((one, other) => rank(one.path) - rank(other.path) || (one.path < other.path ? -1 : 1));
}

type Leaf = readonly [path: readonly string[], value: Json];

function leaves(value: Json, path: readonly string[] = []): Leaf[] {
  const members = isJsonObject(value) ? Object.entries(value) : [];
  // The document's own members may be absent; an empty mapping below them is a value.
  if (members.length === 0) return path.length > 1 || !isJsonObject(value) ? [[path, value]] : [];
  return members.flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** The fields that a mapping leaves out and that have a default; of an absent mapping with a default, those of it. */
function defaults(kind: Kind, merged: JsonObject, path: readonly string[]): Leaf[] {
  const present = valueAt(merged, path);
  if (path.length === 1 && path[0] === 'rollout' && present === undefined) return [];
  return knownKeys(kind, merged, path).flatMap((key): Leaf[] => {
    const here = [...path, key];
    if (isJsonObject(present) && Object.hasOwn(present, key)) {
      return isJsonObject(present[key]) ? defaults(kind, merged, here) : [];
    }
    const fallback = schemaAt(kind, merged, here)?.['default'];
    return fallback === undefined ? [] : leaves(fallback, here);
  });
}

function explain(
  kind: Kind,
  merged: JsonObject,
  layers: readonly ManifestDocument[],
  path: readonly string[],
  value: Json,
): ExplainedField {
  const settings = layers.flatMap((document) => settingAt(document, path) ?? []).toReversed();
  const [last, ...lower] = settings;
  const isSet = last !== undefined && last.value !== null;
  const isKnown = schemaAt(kind, merged, path) !== undefined;
  const shown = isSet && !mayBeShown(path, value, isKnown) ? ({ value: null, hidden: true } as const) : { value };
  const overridden = isSet ? lower : settings;
  return {
    path: pointer(path),
    ...shown,
    origin: isSet ? placeOnly(last) : null,
    overridden: identityPaths.includes(pointer(path)) ? [] : overridden.map((one) => masked(one, path, isKnown)),
  };
}

/** What a document says of a path: a value, or null where it takes away what is there or above it. */
function settingAt(document: ManifestDocument, path: readonly string[]): FieldSetting | undefined {
  let value: Json = document.value;
  for (const [depth, segment] of path.entries()) {
    if (value === null) return setting(document, path.slice(0, depth), null);
    if (!isJsonObject(value) || !Object.hasOwn(value, segment)) return undefined;
    value = value[segment] ?? null;
  }
  return setting(document, path, value);
}

function setting(document: ManifestDocument, path: readonly string[], value: Json): FieldSetting {
  const isScalar = typeof value !== 'object' || value === null;
  const offset = offsetAt(documentPlace(document), path, isScalar ? 'value' : 'key');
  return { ...document.text.locationAt(offset), layer: document.layer, value };
}

function placeOnly({ file, line, column, layer }: FieldSetting): Origin {
  return { file, line, column, layer };
}

function masked(one: FieldSetting, path: readonly string[], isKnown: boolean): FieldSetting {
  return one.value === null || mayBeShown(path, one.value, isKnown) ? one : { ...one, value: null, hidden: true };
}

/** A faulty document takes part, too: a header's value may stand in it, or a misspelt key above one. */
function mayBeShown(path: readonly string[], value: Json, isKnown: boolean): boolean {
  if (!path.includes('headers')) return isKnown && !mayHoldSecret(path, value);
  if (isJsonObject(value)) return Object.keys(value).length === 0;
  return path.at(-1) === 'fromEnv' && typeof value === 'string' && /^CXONE_WEBHOOK_[A-Z0-9_]+$/.test(value);
}

function valueAt(value: JsonObject, path: readonly string[]): Json | undefined {
  let current: Json | undefined = value;
  for (const segment of path) current = isJsonObject(current) ? current[segment] : undefined;
  return current;
}

function rank(path: string): number {
  return ['/metadata', '/spec', '/rollout'].findIndex((start) => path === start || path.startsWith(`${start}/`));
}
