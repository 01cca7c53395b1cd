import { parseSigningKey, privateKeyText, type SigningKey } from '../../src/ledger/checkpoint/signing-key.js';

/** The text of a private key that is always the same: 32 times the same byte. */
export function testKeyText(byte: number, name = 'cxone-gitops'): string {
  return privateKeyText(name, Buffer.alloc(32, byte));
}

/** The key itself. */
export function testKey(byte: number, name?: string): SigningKey {
  const read = parseSigningKey(testKeyText(byte, name));
  if (read === undefined) throw new Error('it made a key that it does not read');
  return read.key;
}
