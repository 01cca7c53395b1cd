import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** RFC 7914 §2; docs/ledger.md fixes these. 128 · N · r = 32 MiB, and a tenth of a second. */
const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

const derive = promisify<string, Buffer, number, typeof cost, Buffer>(scrypt);

/**
 * The digest of a secret value that a `secret` entry keeps (docs/ledger.md, "Kinds"): 64 hex digits. `salt` is 32 hex
 * digits. It is slow on purpose, so that a value can't be guessed from a ledger.
 */
export async function secretDigest(value: string, salt: string): Promise<string> {
  return (await derive(value, Buffer.from(salt, 'hex'), 32, cost)).toString('hex');
}
