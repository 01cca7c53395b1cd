import type { Json, JsonObject } from '../model/json.js';

/**
 * A list as a map from key to item, and its keys in order: together they are the list. A key that repeats gets an
 * ordinal that no other has: `greeting`, `greeting#2`.
 */
export function keyedList(items: readonly Json[], keyOf: (item: Json) => string): { map: JsonObject; order: string[] } {
  const entries = new Map<string, Json>();
  const ordinals = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item) || '(empty)';
    let ordinal = ordinals.get(key) ?? 1;
    let unique = key;
    while (entries.has(unique)) {
      ordinal += 1;
      unique = `${key}#${ordinal}`;
    }
    ordinals.set(key, ordinal);
    entries.set(unique, item);
  }
  // fromEntries defines a key such as `__proto__` as an own member; assignment would lose it.
  return { map: Object.fromEntries(entries), order: [...entries.keys()] };
}
