import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import type { Json } from './json.js';

/** SHA-256 of a text's UTF-8, as 64 lowercase hex digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** SHA-256 of a value's canonical JSON. Of a resource's state this is its payloadHash (docs/semantics.md). */
export function hashJson(value: Json): string {
  return sha256(canonicalJson(value));
}

/**
 * The same of a list, item by item: the text of all of it may be longer than a string can be.
 */
export function hashJsonList(items: Iterable<Json>): string {
  const hash = createHash('sha256');
  let before = '[';
  for (const item of items) {
    hash.update(before).update(canonicalJson(item), 'utf8');
    before = ',';
  }
  return hash.update(before === '[' ? '[]' : ']').digest('hex');
}
