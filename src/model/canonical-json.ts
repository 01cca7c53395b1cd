import canonicalize from 'canonicalize';
import type { Json } from './json.js';

/**
 * The RFC 8785 canonical text of a value: one text for one value, whatever the order of its members.
 * Throws an Error for what I-JSON can't hold: lone surrogates (§3.2.2.2) and numbers that are not finite (§3.2.2.3).
 */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('undefined has no JSON text');
  return text;
}
