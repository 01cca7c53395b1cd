import { isJsonObject, type Json, type JsonObject } from '../model/json.js';

/** What a value at a path is called in a sentence: its key, or `item 2 of eventTypes`. */
export function nameOf(path: readonly string[]): string {
  const last = path.at(-1);
  if (last === undefined) return 'the document';
  if (!isIndex(last)) return cut(last);
  return `item ${Number(last) + 1} of ${cut(path.findLast((segment) => !isIndex(segment)) ?? 'the list')}`;
}

/** A value in a sentence: short, on one line, and no more of a list or mapping than that it is one. */
export function shown(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  return isJsonObject(value) ? 'a mapping' : cut(JSON.stringify(value));
}

/** A key in a sentence. */
export function quoted(key: string): string {
  return `\`${cut(key)}\``;
}

/** What a schema says of a value: its description, its keys and its first example, or the only value that there is. */
export function helpOf(schema: JsonObject | undefined, key: string): string {
  if (typeof schema?.['const'] === 'string') return `Write ${key}: ${schema['const']}`;
  const description = typeof schema?.['description'] === 'string' ? schema['description'] : '';
  return [description, keysOf(schema), exampleOf(schema)].filter((part) => part !== '').join(' ');
}

/** The texts that a value may be, where a schema lists them. */
export function choicesOf(schema: JsonObject | undefined): string[] {
  return Array.isArray(schema?.['enum']) ? schema['enum'].filter((choice) => typeof choice === 'string') : [];
}

function keysOf(schema: JsonObject | undefined): string {
  const properties = schema?.['properties'];
  return isJsonObject(properties) ? `Its keys: ${Object.keys(properties).join(', ')}.` : '';
}

/** `For example: 2.1.0`, or nothing. */
export function exampleOf(schema: JsonObject | undefined): string {
  const [example] = Array.isArray(schema?.['examples']) ? schema['examples'] : [];
  if (example === undefined) return '';
  return `For example: ${typeof example === 'string' ? example : JSON.stringify(example)}`;
}

/** What was probably meant, else everything that is possible. */
export function choiceHint(meant: string | undefined, possible: readonly string[], where = 'Possible'): string {
  return meant === undefined ? `${where}: ${possible.join(', ')}.` : `Did you mean \`${meant}\`?`;
}

function isIndex(segment: string): boolean {
  return /^\d+$/.test(segment);
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
