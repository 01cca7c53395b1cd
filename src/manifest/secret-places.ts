import type { Json } from '../model/json.js';
import { nearest } from '../model/nearest.js';

/** Members whose values belong behind `fromEnv`, and where a secret may be written out by mistake. */
const secretMembers = ['headers', 'credentials'];

/** Members whose addresses may hold a password or a token by mistake. */
const addresses = ['callbackUrl', 'baseUrl', 'tokenUrl'];

/**
 * Whether a secret may stand at a path, or in its value, by mistake: its text must not get into a log (docs/security.md,
 * "Output"). A key that is misspelt holds what the right one would.
 */
export function mayHoldSecret(path: readonly string[], value?: Json): boolean {
  if (path.some(isSecretMember)) return true;
  return typeof value === 'string' && isAddress(path.at(-1) ?? '') && mayBeSecretAddress(value);
}

/** Whether everything below a member may be a secret. */
export function isSecretMember(key: string): boolean {
  return nearest(key, secretMembers) !== undefined;
}

/** Whether a member holds an address. */
export function isAddress(key: string): boolean {
  return nearest(key, addresses) !== undefined;
}

/** Whether a text that holds an address has userinfo or a query in it. */
export function mayBeSecretAddress(text: string): boolean {
  return /[@?]/.test(text);
}
