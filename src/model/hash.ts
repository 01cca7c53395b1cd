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
