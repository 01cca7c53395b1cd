import { PRIVATE_KEY, parseSigningKey } from '../../ledger/checkpoint/signing-key.js';
import type { Context } from '../context.js';

/**
 * Masks every private signing key in a text, wherever it was found: where a key is not allowed to be, such as on the
 * command line, a message about it must not repeat it.
 */
export function maskPrivateKeys({ secrets }: Pick<Context, 'secrets'>, text: string): void {
  for (let at = text.indexOf(PRIVATE_KEY); at !== -1; at = text.indexOf(PRIVATE_KEY, at + 1)) {
    const [key = ''] = /^\S*/u.exec(text.slice(at)) ?? [];
    for (const secret of [key, ...(parseSigningKey(key)?.secrets ?? [])]) secrets.add(secret);
  }
}
