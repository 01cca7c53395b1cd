import { isJsonObject, type JsonObject } from '../model/json.js';
import { nearest } from '../model/nearest.js';
import { type DocumentKind, schemaAt } from './schema-at.js';

/** The key that an unknown key of the mapping at a path was probably meant to be. */
export function meantKey(
  kind: DocumentKind,
  document: JsonObject,
  path: readonly string[],
  key: string,
): string | undefined {
  return nearest(key, knownKeys(kind, document, path));
}

/** The part of a document that a key belongs to which stands in another part of it, or in none. */
export function sectionOf(
  kind: DocumentKind,
  document: JsonObject,
  path: readonly string[],
  key: string,
): string | undefined {
  if (path.length > 1 || kind === 'Catalog') return undefined;
  return ['spec', 'metadata'].find(
    (section) => section !== path[0] && knownKeys(kind, document, [section]).includes(key),
  );
}

/** The keys that the mapping at a path may have. */
export function knownKeys(kind: DocumentKind, document: JsonObject, path: readonly string[]): string[] {
  const properties = schemaAt(kind, document, path)?.['properties'];
  return isJsonObject(properties) ? Object.keys(properties) : [];
}
