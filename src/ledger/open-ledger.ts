import { createHash } from 'node:crypto';
import { KnownError } from '../model/known-error.js';
import { originOf } from './checkpoint/checkpoint.js';
import { checkpointer, keyToAdd, type LedgerSigner, refuseSigner } from './checkpoint/ledger-signer.js';
import { watchOwnCheckpoint } from './checkpoint/own-checkpoint.js';
import { type Entry, type EntryBody, type EntryOf, entryHash, MAX_LINE, type OwnBody, sealEntry } from './entry.js';
import type { GroupCommit } from './group-commit.js';
import { isLoopback } from './is-loopback.js';
import { type LedgerState, ledgerState } from './ledger-state.js';
import type { LedgerStore, OpenedStore } from './ledger-store.js';
import { brokenLedger, type Replay, replay } from './replay.js';

export type { IntentEntry, OutcomeEntry } from '../model/generated/ledger-entry.js';

export interface LedgerOptions {
  readonly store: LedgerStore;
  readonly environment: string;
  /** The base URL that this run talks to, normalized: only its entries count. */
  readonly endpoint: string;
  readonly clock: { now(): number };
  readonly randomId: () => string;
  /** Signs what the ledger ends with when this run closes it. Without one, nothing is signed. */
  readonly signer?: LedgerSigner | undefined;
}

/** An environment's ledger, locked for this run. */
export interface Ledger {
  /**
   * Adds an entry and resolves when it is durable (fsync); appends in flight share one. `state` has it at once. Rejects
   * with a LedgerError when it can't be written, and so does every later append.
   */
  append<Body extends EntryBody>(body: Body): Promise<EntryOf<Body['kind']>>;
  readonly state: LedgerState;
  /** The number of the last entry that was there before this run. */
  readonly openedAt: number;
  /** How many entries of earlier runs come behind the last checkpoint: nobody signed them yet. */
  readonly unsigned: number;
  /** A write of an earlier run was cut off, and no entry says so yet: the next one will. */
  readonly hasCutTail: boolean;
  /** Why no request may leave any more, however long ago its intent was durable; undefined while this run surely holds it. */
  lost(): KnownError | undefined;
  /**
   * Waits for what is in flight, and gives the lock back. Rejects with a LedgerError where the checkpoint could not be
   * kept: all entries stand, and some of them are not signed yet.
   */
  close(): Promise<void>;
}

/**
 * Opens an environment's ledger to write it, and makes it when there is none. Throws a LedgerError when another run
 * holds it, when it is broken, cut or of another environment, and when it would mix a simulator with real endpoints; a
 * ConfigurationError when somebody else signs it.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { store, environment, endpoint, signer } = options;
  const opened = await store.open();
  try {
    const own = watchOwnCheckpoint(store.name, environment, await opened.readCheckpoint());
    const read = await replay(opened.read(), { name: store.name, endpoint, environment, onEntry: own.onEntry });
    refuse(options, read);
    const unsigned = read.chain.entries - own.signedTo(read.chain);
    if (signer !== undefined) refuseSigner(store.name, signer, read.chain);
    const end = { size: read.size, tail: read.tail.length, last: read.last };
    const commit = opened.writer(end, signer && checkpointer(signer, environment, read.chain));
    const ledger = ledgerOn(options, { ...read, unsigned }, commit, opened);
    await begin(options, read, ledger);
    return ledger;
  } catch (error) {
    // What went wrong first is what matters.
    await opened.close().catch(() => undefined);
    throw error;
  }
}

/** What a new ledger, and a new key, begin with: in one group, for no checkpoint may come before the key that signs it. */
async function begin(
  { environment, endpoint, signer }: LedgerOptions,
  read: Replay,
  ledger: OpenedLedger,
): Promise<void> {
  const writes: Promise<Entry>[] = [];
  if (read.last === undefined) {
    writes.push(ledger.add({ kind: 'genesis', environment, simulated: isLoopback(endpoint) }));
  }
  const key = signer && keyToAdd(signer, read.chain, originOf(ledger.state.ledgerId, environment));
  if (key !== undefined) writes.push(ledger.add(key));
  await Promise.all(writes);
}

/** The ledger, and the append that also takes what only the ledger says. */
interface OpenedLedger extends Ledger {
  add(body: EntryBody | OwnBody): Promise<Entry>;
}

function ledgerOn(
  options: LedgerOptions,
  { chain, fold, tail, unsigned }: Replay & Pick<Ledger, 'unsigned'>,
  commit: GroupCommit,
  opened: OpenedStore,
): OpenedLedger {
  const ledgerId = chain.genesis?.ledgerId ?? options.randomId();
  let droppedTail = tail.length === 0 ? undefined : { bytes: tail.length, sha256: sha256Of(tail) };

  async function add(body: EntryBody | OwnBody): Promise<Entry> {
    const sealed = sealEntry(body, {
      ledgerId,
      seq: chain.entries + 1,
      prev: chain.head,
      time: new Date(options.clock.now()).toISOString(),
      endpoint: options.endpoint,
      ...(droppedTail !== undefined && { droppedTail }),
    });
    const { entry, line } = sealed;
    if (Buffer.byteLength(line) > MAX_LINE) throw new Error(`a ledger entry of ${line.length} characters`);
    const fault = fold.add(entry) ?? chain.add(entry);
    if (fault !== undefined) throw new Error(`ledger entry ${entry.seq} (${entry.kind}): ${fault.message}`);
    droppedTail = undefined;
    await commit.write(sealed);
    return entry;
  }

  return {
    add,
    // Sound: the entry was made from this body, so it has its kind.
    append: async (body) => (await add(body)) as EntryOf<(typeof body)['kind']>,
    state: ledgerState(chain, fold),
    openedAt: chain.entries,
    unsigned,
    get hasCutTail() {
      return droppedTail !== undefined;
    },
    lost: () => opened.lost(),
    close: () => opened.close(),
  };
}

function refuse({ store, endpoint }: LedgerOptions, { chain, last }: Replay): void {
  const { genesis } = chain;
  if (genesis === undefined || last === undefined) return;
  if (entryHash(last) !== last.hash) {
    throw brokenLedger(store.name, {
      seq: last.seq,
      code: 'hash',
      message: 'its hash is not that of what it says: it was changed',
    });
  }
  if (genesis.simulated === isLoopback(endpoint)) return;
  const is = genesis.simulated ? 'a simulator' : 'a real organisation';
  throw new KnownError('LedgerError', `${store.name}: it records changes to ${is}, and ${endpoint} is not one`, {
    hint: 'Give each its own folder with --ledger: one ledger never holds both.',
  });
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
