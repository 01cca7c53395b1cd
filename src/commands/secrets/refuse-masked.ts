import { isJsonObject } from '../../model/json.js';
import { KnownError } from '../../model/known-error.js';
import type { Mask } from '../../model/mask.js';
import { pointer } from '../../model/pointer.js';

/** A file that is about to be written, and the value that its text spells. */
interface WrittenFile {
  /** What the message calls the file, such as `--out plan.json`. */
  readonly name: string;
  readonly text: string;
  readonly value: unknown;
}

/** How many members one sentence names. */
const maxNamed = 5;

/**
 * Throws a KnownError (ConfigurationError) where masking would change the text of a file that a later run reads: with a
 * secret in it the file leaks, and with `***` instead it says something else. The message names the members by JSON
 * Pointers, and nothing of their values (docs/security.md, "Output").
 */
export function refuseMasked(mask: Mask, { name, text, value }: WrittenFile): void {
  if (mask.apply(text) === text) return;
  const members = changedMembers(mask, value);
  const shown = members.slice(0, maxNamed).map((at) => (at === '' ? 'the document' : at));
  const more = members.length > maxNamed ? `, and ${members.length - maxNamed} more` : '';
  // A secret may lie across several members.
  const where = members.length === 0 ? 'its text' : `${shown.join(', ')}${more}`;
  throw new KnownError('ConfigurationError', `${name}: the value of a secret is part of ${where}`, {
    hint: 'Nothing was written: with the secret masked, the file could not be used. Remove the value from the manifests and from CXone, and replace the secret.',
  });
}

/** The members whose name or value the mask changes, in their order. */
function changedMembers(mask: Mask, root: unknown): string[] {
  const found: string[] = [];
  // Not recursive: a grammar's content may be nested deeply.
  const open: { readonly path: readonly string[]; readonly value: unknown }[] = [{ path: [], value: root }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, value } = next;
    const isMasked = (text: string) => mask.apply(text) !== text;
    if (isMasked(path.at(-1) ?? '') || (isScalar(value) && isMasked(String(value)))) found.push(pointer(path));
    const members = Array.isArray(value) || isJsonObject(value) ? Object.entries(value) : [];
    for (const [name, inner] of members.toReversed()) open.push({ path: [...path, name], value: inner });
  }
  return found;
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
