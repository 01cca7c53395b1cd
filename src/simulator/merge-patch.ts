import { isJsonObject, type JsonObject } from './json-object.js';

/**
 * `target` with the members of `patch` put over it: a null member is unset, a list is replaced.
 * `deep` merges nested objects (RFC 7396); `shallow` replaces each member of the top level whole, and there too a
 * null inside a new object counts as unset.
 */
export function mergePatch(target: JsonObject, patch: JsonObject, mode: 'deep' | 'shallow'): JsonObject {
  const merged = new Map(Object.entries(target));
  for (const [name, value] of Object.entries(patch)) {
    const before = mode === 'deep' ? merged.get(name) : undefined;
    if (value === null) merged.delete(name);
    else if (isJsonObject(value)) merged.set(name, mergePatch(isJsonObject(before) ? before : {}, value, mode));
    else merged.set(name, value);
  }
  return Object.fromEntries(merged);
}
