import { isJsonObject, type Json } from '../model/json.js';

/**
 * A nested object as a PATCH sends it: whole, with null for each member that live has and the wanted one has not, so
 * that a server which merges and one which replaces end in the same state (docs/semantics.md, "State").
 */
export function nestedBody(live: Json | undefined, wanted: Json): Json {
  if (!isJsonObject(live) || !isJsonObject(wanted)) return wanted;
  const body: Record<string, Json> = {};
  for (const member of Object.keys(live)) if (!(member in wanted)) body[member] = null;
  for (const [member, value] of Object.entries(wanted)) body[member] = nestedBody(live[member], value);
  return body;
}
