import type { SecretDigest } from './fold.js';
import { secretDigest } from './secret-digest.js';

/** Digests a secret value under a fresh salt, for a `secret` entry; `newSalt` is 16 random bytes in hex. */
export function sealSecret(newSalt: () => string): (value: string) => Promise<SecretDigest> {
  return async (value) => {
    const salt = newSalt();
    return { salt, digest: await secretDigest(value, salt) };
  };
}
