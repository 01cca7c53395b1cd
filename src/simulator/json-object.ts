/** A JSON object as it came from the wire or a file: nothing is known of its members yet. */
export type JsonObject = Record<string, unknown>;

/** Whether `value` is a JSON object (not null, not a list). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
