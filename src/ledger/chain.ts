import { createKeyChain, type KeyChain } from './checkpoint/key-chain.js';
import { type Entry, type EntryOf, NO_PREV } from './entry.js';
import { isLoopback } from './is-loopback.js';
import type { LedgerFault } from './parse-entry.js';

/** How far a ledger's entries hang together. */
export interface Chain {
  /** Takes the next entry, or says why it can't be the next one. Its own hash is not computed here. */
  add(entry: Entry): LedgerFault | undefined;
  readonly genesis: EntryOf<'genesis'> | undefined;
  /** The last of its kind, whatever endpoint it is about: the endpoint itself is one of the settings. */
  readonly trust: EntryOf<'trust'> | undefined;
  /** Those that sign its checkpoints, whatever endpoint their entries are about. */
  readonly keys: KeyChain;
  readonly entries: number;
  /** The hash of the last entry, 64 zeros before the first. */
  readonly head: string;
}

/** An empty chain: entries are added in the order of their lines (docs/ledger.md, "The chain"). */
export function createChain(): Chain {
  let genesis: EntryOf<'genesis'> | undefined;
  let trust: EntryOf<'trust'> | undefined;
  let entries = 0;
  let head = NO_PREV;
  const keys = createKeyChain();
  const loopback = remember(isLoopback);

  const broken = (entry: Entry): Omit<LedgerFault, 'seq'> | undefined => {
    if (entry.seq !== entries + 1) {
      return {
        code: 'gap',
        message: `the entry says that it is number ${entry.seq}: entries were removed, added or moved`,
      };
    }
    if (entry.prev !== head) {
      return { code: 'chain-broken', message: 'it does not follow the entry before it: one of the two was changed' };
    }
    const first = genesis ?? entry;
    if (first.kind !== 'genesis')
      return { code: 'no-genesis', message: 'the first entry is no genesis: the start is missing' };
    if (genesis !== undefined && entry.kind === 'genesis') {
      return { code: 'second-genesis', message: 'a genesis in the middle: two ledgers were put together' };
    }
    if (entry.ledgerId !== first.ledgerId) {
      return { code: 'foreign-entry', message: `it belongs to another ledger, ${entry.ledgerId}` };
    }
    if (loopback(entry.endpoint) !== first.simulated) {
      const what = first.simulated ? 'a real endpoint in the ledger of a simulator' : 'a simulator in a real ledger';
      return { code: 'mixed-endpoints', message: `${entry.endpoint}: ${what}` };
    }
    return entry.kind === 'key' ? keys.add(entry, first.environment) : undefined;
  };

  return {
    add(entry) {
      const fault = broken(entry);
      if (fault !== undefined) return { seq: entries + 1, ...fault };
      if (entry.kind === 'genesis') genesis = entry;
      if (entry.kind === 'trust') trust = entry;
      entries += 1;
      head = entry.hash;
      return undefined;
    },
    get genesis() {
      return genesis;
    },
    get trust() {
      return trust;
    },
    keys,
    get entries() {
      return entries;
    },
    get head() {
      return head;
    },
  };
}

/** Nearly every entry has the endpoint of the one before it. */
function remember<T>(of: (key: string) => T): (key: string) => T {
  let last: { key: string; value: T } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: of(key) };
    return last.value;
  };
}
