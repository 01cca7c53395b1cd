import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Finding } from './manifest-document.js';

/** So many values are kept of what a schema refuses, for who wants to see them explained. */
const maxKept = 100;

/**
 * A document whose large lists and mappings are empty where its schema refuses them: no check looks at what they hold, and
 * that may be as much as a file can. The document itself is not changed.
 */
export function withoutRefused(document: JsonObject, findings: readonly Finding[]): JsonObject {
  let kept: Json = document;
  for (const { path } of findings) if (path.length > 0) kept = emptied(kept, path);
  return isJsonObject(kept) ? kept : document;
}

function emptied(value: Json, [key, ...rest]: readonly string[]): Json {
  if (key === undefined) {
    if (isWithin(value, maxKept)) return value;
    return Array.isArray(value) ? [] : {};
  }
  if (Array.isArray(value)) {
    const item = value[Number(key)];
    return holdsValues(item) ? value.with(Number(key), emptied(item, rest)) : value;
  }
  const member = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return isJsonObject(value) && holdsValues(member) ? { ...value, [key]: emptied(member, rest) } : value;
}

/** Whether there are at most so many values, itself counted; looks at no more than that. */
function isWithin(value: Json, limit: number): boolean {
  const pending: Json[] = [value];
  for (let count = 0; count < pending.length; count += 1) {
    if (count >= limit) return false;
    const next = pending[count] ?? null;
    if (holdsValues(next)) for (const inner of Object.values(next).slice(0, limit)) pending.push(inner);
  }
  return true;
}

function holdsValues(value: Json | undefined): value is Json[] | JsonObject {
  return typeof value === 'object' && value !== null;
}
