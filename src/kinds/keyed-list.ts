import type { Json, JsonObject } from '../model/json.js';

/** A list as a map from key to item, and its keys in order. A key that repeats gets its ordinal: `greeting`, `greeting#2`. */
export function keyedList(items: readonly Json[], keyOf: (item: Json) => string): { map: JsonObject; order: string[] } {
  const entries: [string, Json][] = [];
  const seen = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item) || '(empty)';
    const ordinal = (seen.get(key) ?? 0) + 1;
    seen.set(key, ordinal);
    const unique = ordinal === 1 ? key : `${key}#${ordinal}`;
    entries.push([unique, item]);
  }
  // fromEntries defines a key such as `__proto__` as an own member; assignment would lose it.
  return { map: Object.fromEntries(entries), order: entries.map(([key]) => key) };
}
