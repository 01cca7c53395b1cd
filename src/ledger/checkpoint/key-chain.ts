import type { EntryOf } from '../entry.js';
import { originOf } from './checkpoint.js';
import { type KeyFault, readKey } from './key-entry.js';
import { keyWords, type PublicKey } from './signing-key.js';

/** A key of a ledger, and the number of the entry that brought it: it signs what ends there or behind it. */
export interface LedgerKey {
  readonly key: PublicKey;
  readonly from: number;
}

/** Which key a ledger has from which entry on. */
export interface KeyChain {
  /** Takes the next `key` entry of the ledger of this environment, or says what is wrong with it. */
  add(entry: EntryOf<'key'>, environment: string): KeyFault | undefined;
  /** In the order of the ledger. */
  readonly keys: readonly LedgerKey[];
  /** The last one. */
  readonly current: PublicKey | undefined;
  /** The one that signs a checkpoint of this many entries: each is valid up to the entry before that of the next. */
  at(size: number): LedgerKey | undefined;
  /** The place of a key in the ledger; undefined where it is none of its. */
  find(key: PublicKey): LedgerKey | undefined;
}

/** A chain without keys. */
export function createKeyChain(): KeyChain {
  const keys: LedgerKey[] = [];
  const byText = new Map<string, LedgerKey>();
  return {
    keys,
    get current() {
      return keys.at(-1)?.key;
    },
    add(entry, environment) {
      const place = { origin: originOf(entry.ledgerId, environment), seq: entry.seq, prev: entry.prev };
      const key = readKey(entry, place, keys.at(-1)?.key);
      if (!('verify' in key)) return key;
      const earlier = byText.get(key.text);
      if (earlier !== undefined) {
        return {
          code: 'key-again',
          message: `${keyWords(key)} is the ledger's since entry ${earlier.from}: a key comes once`,
        };
      }
      const added = { key, from: entry.seq };
      keys.push(added);
      byText.set(key.text, added);
      return undefined;
    },
    at: (size) => keys.findLast(({ from }) => from <= size),
    find: (key) => byText.get(key.text),
  };
}
