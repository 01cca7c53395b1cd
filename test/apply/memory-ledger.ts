import { createChain } from '../../src/ledger/chain.js';
import { type Entry, type EntryBody, type EntryOf, sealEntry } from '../../src/ledger/entry.js';
import { createFold } from '../../src/ledger/fold.js';
import { ledgerState } from '../../src/ledger/ledger-state.js';
import type { Ledger } from '../../src/ledger/open-ledger.js';
import type { Clock } from '../../src/model/clock.js';
import { KnownError } from '../../src/model/known-error.js';

export interface MemoryLedger extends Ledger {
  readonly entries: Entry[];
  /** Appends that may still succeed; then the disk is full, for good. */
  room: number;
}

const endpoint = 'https://acme.api.nicecxone.com';

/** A ledger that keeps every rule of the real one, and whose disk is a list. */
export function openMemoryLedger(clock: Pick<Clock, 'now'>, log: string[]): MemoryLedger {
  const chain = createChain();
  const fold = createFold();
  const entries: Entry[] = [];
  function add(body: Parameters<typeof sealEntry>[0]): Entry {
    const time = new Date(clock.now()).toISOString();
    const { entry } = sealEntry(body, {
      ledgerId: 'ledger-1',
      seq: chain.entries + 1,
      prev: chain.head,
      time,
      endpoint,
    });
    const fault = fold.add(entry) ?? chain.add(entry);
    if (fault !== undefined) throw new Error(`ledger entry ${entry.seq} (${entry.kind}): ${fault.message}`);
    entries.push(entry);
    return entry;
  }
  add({ kind: 'genesis', environment: 'prod', simulated: false });
  const ledger: MemoryLedger = {
    entries,
    room: Number.POSITIVE_INFINITY,
    openedAt: chain.entries,
    unsigned: 0,
    hasCutTail: false,
    lost: () => undefined,
    state: ledgerState(chain, fold),
    async append<Body extends EntryBody>(body: Body): Promise<EntryOf<Body['kind']>> {
      if (ledger.room <= 0) throw new KnownError('LedgerError', 'the disk is full');
      ledger.room -= 1;
      const entry = add(body);
      await Promise.resolve();
      log.push(wordsOf(entry));
      return entry as EntryOf<Body['kind']>; // Sound: it was made from this body.
    },
    close: () => Promise.resolve(),
  };
  return ledger;
}

function wordsOf(entry: Entry): string {
  if (entry.kind === 'intent') return `intent ${entry.step} ${entry.id}`;
  return entry.kind === 'outcome' ? `outcome ${entry.status}` : entry.kind;
}
