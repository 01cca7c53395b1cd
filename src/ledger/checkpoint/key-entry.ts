import type { EntryOf } from '../entry.js';
import { isNoteFault, parseNote, signatureOf, signNote } from './signed-note.js';
import { keyWords, type PublicKey, parsePublicKey, type SigningKey } from './signing-key.js';

/** The place in a ledger that a key's entry is made for: its signatures hold nowhere else. */
export interface KeyPlace {
  /** Of checkpoint.ts. */
  readonly origin: string;
  readonly seq: number;
  readonly prev: string;
}

/** What is wrong with a key's entry. */
export interface KeyFault {
  readonly code: string;
  readonly message: string;
}

/** What the entry of a new key holds: signed by it and, where there was a key before, by that too (docs/ledger.md, "Kinds"). */
export function keyBody(
  place: KeyPlace,
  key: SigningKey,
  before: SigningKey | undefined,
): Pick<EntryOf<'key'>, 'publicKey' | 'note'> {
  const signers = before === undefined ? [key] : [key, before];
  return { publicKey: key.text, note: signNote(textOf(place, key.text), signers) };
}

/** The key that an entry brings, or what is wrong with it. `before` is the key that it replaces. */
export function readKey(
  { publicKey, note: text }: Pick<EntryOf<'key'>, 'publicKey' | 'note'>,
  place: KeyPlace,
  before: PublicKey | undefined,
): PublicKey | KeyFault {
  const key = parsePublicKey(publicKey);
  if (key === undefined)
    return { code: 'key-text', message: 'its public key is none, or its id is not that of the key' };
  const note = parseNote(text);
  if (isNoteFault(note)) return { code: 'key-note', message: `its note is no signed note: ${note.fault}` };
  if (note.text !== textOf(place, publicKey)) {
    return {
      code: 'key-note',
      message:
        'its signed note is about another key, another place or another ledger: it was moved here, or what comes before it was changed',
    };
  }
  const signers = before === undefined ? [key] : [key, before];
  const missing = signers.find((signer) => signatureOf(note, signer) !== 'valid');
  if (missing !== undefined) {
    return { code: 'key-unsigned', message: `${keyWords(missing)} did not sign it: somebody else put this key here` };
  }
  if (note.signatures.length > signers.length) {
    return { code: 'key-note', message: 'its note is signed by more than the new key and the one before it' };
  }
  return key;
}

function textOf({ origin, seq, prev }: KeyPlace, publicKey: string): string {
  return `cxone-gitops-key/v1\n${origin}\n${seq}\n${Buffer.from(prev, 'hex').toString('base64')}\n${publicKey}\n`;
}
