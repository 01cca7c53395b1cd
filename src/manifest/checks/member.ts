import { isJsonObject, type Json } from '../../model/json.js';

/** The value at the end of a path of members; undefined where anything on the way is not a mapping that has it. */
export function member(value: Json | undefined, ...names: readonly string[]): Json | undefined {
  let inner = value;
  for (const name of names) inner = isJsonObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined;
  return inner;
}
