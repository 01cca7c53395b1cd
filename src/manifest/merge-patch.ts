import { isJsonObject, type Json, type JsonObject } from '../model/json.js';

/** RFC 7396: the target with the patch laid over it. Neither is changed; what did not change is shared. */
export function mergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null || value === undefined) delete result[key];
    else result[key] = isJsonObject(value) ? mergePatch(result[key], value) : value;
  }
  return result;
}
