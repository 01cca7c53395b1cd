import type { Json } from '../model/json.js';
import { nearest } from '../model/nearest.js';

/** Members whose values belong behind `fromEnv`, and where a secret may be written out by mistake. */
const secretMembers = ['headers', 'credentials'];

/** Keys that are none of ours, and say themselves that they hold a secret; `tokenUrl` is an address. */
const words =
  'secret|passw|passphrase|credential|header|bearer|auth(?!or(?!i[sz]))|token(?!_?url)|(?:api|access|private|signing)[-_]?key';
const secretWords = new RegExp(words, 'i');
const secretKey = new RegExp(`(?:${words})[\\w-]{0,50}["']?\\s{0,20}:`, 'i');

/** Members whose addresses may hold a password or a token by mistake. */
const addresses = ['callbackUrl', 'baseUrl', 'tokenUrl'];

/** An address with userinfo, whatever it stands under. */
const userinfo = /:\/\/[^\s/?#]*@/;

/**
 * Whether a secret may stand at a path, or in its value, by mistake: its text must not get into a log (docs/security.md,
 * "Output"). A key that is misspelt holds what the right one would.
 */
export function mayHoldSecret(path: readonly string[], value?: Json): boolean {
  if (path.some(isSecretMember)) return true;
  if (typeof value === 'string' && userinfo.test(value)) return true;
  return value !== undefined && isAddress(path.at(-1) ?? '') && mayBeSecretAddress(JSON.stringify(value));
}

/** Whether everything below a member may be a secret. */
function isSecretMember(key: string): boolean {
  return secretWords.test(key) || nearest(key, secretMembers) !== undefined;
}

/** Whether the text of a member may hold a secret; that of a scalar, where it is one. */
export function isSecretText(key: string, text: string, isScalar: boolean): boolean {
  return isSecretMember(key) || (isAddress(key) && mayBeSecretAddress(text)) || (isScalar && userinfo.test(text));
}

/** Whether a text that can't be told apart into keys and values has a key that may hold a secret, or such an address. */
export function mentionsSecret(text: string): boolean {
  if (/header|credential/i.test(text) || secretKey.test(text)) return true;
  // Word by word: to look from each `://` to the end of its line would take a hostile line's length squared.
  return text.split(/\s+/).some((word) => word.includes('://') && mayBeSecretAddress(word.slice(word.indexOf('://'))));
}

function isAddress(key: string): boolean {
  return nearest(key, addresses) !== undefined;
}

/** Userinfo, a query or a fragment: what an address of a webhook has none of. */
function mayBeSecretAddress(text: string): boolean {
  return /[@?]|\S#/.test(text);
}
