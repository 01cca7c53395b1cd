import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Finding } from './manifest-document.js';

/**
 * A document whose lists and mappings are empty where its schema refuses them: nothing looks at what they hold any more,
 * and that may be as large as their file. The document itself is not changed.
 */
export function withoutRefused(document: JsonObject, findings: readonly Finding[]): JsonObject {
  let kept: Json = document;
  for (const { path } of findings) if (path.length > 1) kept = emptied(kept, path);
  return isJsonObject(kept) ? kept : document;
}

function emptied(value: Json, [key, ...rest]: readonly string[]): Json {
  if (key === undefined) {
    if (Array.isArray(value)) return [];
    return isJsonObject(value) ? {} : value;
  }
  if (Array.isArray(value)) {
    const item = value[Number(key)];
    return isLarge(item) ? value.with(Number(key), emptied(item, rest)) : value;
  }
  const member = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return isJsonObject(value) && isLarge(member) ? { ...value, [key]: emptied(member, rest) } : value;
}

function isLarge(value: Json | undefined): value is Json[] | JsonObject {
  return typeof value === 'object' && value !== null;
}
