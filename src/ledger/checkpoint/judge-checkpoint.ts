import type { SignedCheckpoint } from './checkpoint.js';
import type { KeyChain } from './key-chain.js';
import { signatureOf } from './signed-note.js';
import { keyWords, type PublicKey } from './signing-key.js';

/** What is wrong with a ledger or with the checkpoint that it is held against, in words. */
export interface CheckpointFault {
  /** The entry that the ledger differs at; null where it is about the checkpoint, or about what is not there. */
  readonly seq: number | null;
  readonly code: string;
  readonly message: string;
}

/** A checkpoint of a ledger that holds, and the key that signed it. */
export interface GoodCheckpoint {
  readonly size: number;
  readonly key: PublicKey;
}

/** A ledger as far as it was read. */
export interface ReadSoFar {
  /** Of checkpoint.ts; undefined while there is no genesis. */
  readonly origin: string | undefined;
  readonly entries: number;
  readonly keys: KeyChain;
  /** The hash of the entry that the checkpoint is of; undefined where the ledger has no such entry. */
  readonly head: string | undefined;
  /** The ledger was read to its end: what is not there was cut off. */
  readonly whole: boolean;
}

/**
 * Holds a checkpoint against a ledger, which must begin with what was signed, and must have had at that entry the key
 * that signed it. A `pinned` key, one that the reader trusts whatever the ledger says, signs any checkpoint of a ledger
 * that knows nothing of it. `named` is what messages call the checkpoint. Of a ledger that was not read so far, undefined.
 */
export function judgeCheckpoint(
  checkpoint: SignedCheckpoint,
  named: string,
  read: ReadSoFar,
  pinned: PublicKey | undefined,
): GoodCheckpoint | CheckpointFault | undefined {
  const { origin, size, head } = checkpoint;
  const { entries, keys, whole } = read;
  if (read.origin !== undefined && origin !== read.origin) {
    const what = `${named} is a checkpoint of another ledger, ${origin}; this one is ${read.origin}`;
    return {
      seq: null,
      code: 'checkpoint-other-ledger',
      message: `${what}: one of the two was put in the place of another`,
    };
  }
  if (size > entries && !whole) return undefined;
  const signer = signerOf(checkpoint, named, keys, pinned);
  if (size > entries) {
    const end = entries === 0 ? 'the ledger has no entry' : `the ledger ends at entry ${entries}`;
    const claim = 'code' in signer ? `${named} is of ${size}` : `a checkpoint of ${size} was signed (${named})`;
    return { seq: null, code: 'checkpoint-cut', message: `${end}, and ${claim}: its end was cut off` };
  }
  if ('code' in signer) return signer;
  if (head === read.head) return { size, key: signer };
  const message = `it is not the entry that was signed (${named}): the ledger was rewritten here or before`;
  return { seq: size, code: 'checkpoint-differs', message };
}

/** The key by whose signature the checkpoint counts, or why it does not. */
function signerOf(
  { size, note }: SignedCheckpoint,
  named: string,
  keys: KeyChain,
  pinned: PublicKey | undefined,
): PublicKey | CheckpointFault {
  const fault = (code: string, what: string) => ({ seq: null, code, message: `${named} ${what}` });
  const current = keys.at(size);
  const signed = current === undefined ? 'absent' : signatureOf(note, current.key);
  if (current !== undefined && signed === 'valid') return current.key;
  const isForeign = pinned !== undefined && keys.find(pinned) === undefined;
  const byPinned = isForeign ? signatureOf(note, pinned) : 'absent';
  if (isForeign && byPinned === 'valid') return pinned;
  if (signed === 'invalid' || byPinned === 'invalid') {
    return fault('checkpoint-signature', 'has a signature that does not hold: it was changed after it was signed');
  }
  const other = keys.keys.find(({ key }) => signatureOf(note, key) === 'valid');
  if (other !== undefined && other.from > size) {
    const since = `which the ledger has from entry ${other.from} on`;
    return fault(
      'checkpoint-key',
      `is of ${size} entries and signed by ${keyWords(other.key)}, ${since}: it is not genuine`,
    );
  }
  if (other !== undefined && current !== undefined) {
    const what = `is of ${size} entries and signed by ${keyWords(other.key)}, which entry ${replacedAt(keys, other.from)} replaced`;
    return fault('checkpoint-key', `${what}: it was signed with an old key`);
  }
  const by = note.signatures.slice(0, 2).map(keyWords).join(', ');
  if (current === undefined) {
    return fault(
      'checkpoint-key',
      `is signed by ${by}, and the ledger has no key at entry ${size}: nothing says whose it is`,
    );
  }
  const own = `the key of the ledger at entry ${size} is ${keyWords(current.key)}`;
  return fault('checkpoint-key', `is signed by ${by}, and ${own}: one of the two is not genuine`);
}

function replacedAt({ keys }: KeyChain, from: number): number {
  return keys.find((one) => one.from > from)?.from ?? from;
}
