import { isJsonObject, type Json, type JsonObject } from '../model/json.js';

/** RFC 7396: the target with the patch laid over it. Neither is changed; what did not change is shared. */
export function mergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const base: JsonObject = isJsonObject(target) ? target : {};
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(base)) if (patch[key] !== null) result[key] = value;
  for (const [key, value] of Object.entries(patch)) {
    if (value !== null) result[key] = isJsonObject(value) ? mergePatch(base[key], value) : value;
  }
  return result;
}
