import { createHash } from 'node:crypto';
import { KnownError } from '../model/known-error.js';
import { type Entry, type EntryBody, type EntryOf, entryHash, MAX_LINE, sealEntry } from './entry.js';
import { type GroupCommit, groupCommit, type LedgerHandle } from './group-commit.js';
import { isLoopback } from './is-loopback.js';
import { ledgerFile } from './ledger-file.js';
import { makeLedgerFolder, openLedgerFile, syncFolder } from './ledger-folder.js';
import { lockLedger } from './ledger-lock.js';
import { type LedgerState, ledgerState } from './ledger-state.js';
import { brokenLedger, type Replay, replay } from './replay.js';

export type { IntentEntry, OutcomeEntry } from '../model/generated/ledger-entry.js';

export interface LedgerOptions {
  readonly folder: string;
  readonly environment: string;
  /** The base URL that this run talks to, normalized: only its entries count. */
  readonly endpoint: string;
  readonly clock: { now(): number };
  readonly randomId: () => string;
  readonly pid: number;
  readonly hostname: string;
  /** Whether a process of this machine still runs: frees the lock of a run that was killed at once. */
  readonly isAlive?: (pid: number) => boolean;
  /** Opens the file; tests pass a disk that fails. */
  readonly openFile?: (file: string) => Promise<LedgerHandle>;
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
  /** A write of an earlier run was cut off, and no entry says so yet: the next one will. */
  readonly hasCutTail: boolean;
  /** Waits for what is in flight, and gives the lock back. */
  close(): Promise<void>;
}

/**
 * Opens an environment's ledger to write it, and makes it when there is none. Throws a LedgerError when another run
 * holds it, when it is broken or of another environment, and when it would mix a simulator with real endpoints.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const file = ledgerFile(options.folder, options.environment);
  await makeLedgerFolder(options.folder);
  let lost: KnownError | undefined;
  let commit: GroupCommit | undefined;
  const unlock = await lockLedger(file, {
    holder: { pid: options.pid, hostname: options.hostname, since: new Date(options.clock.now()).toISOString() },
    isAlive: options.isAlive,
    onLost: (error) => {
      lost = error;
      commit?.poison(error);
    },
  });
  let handle: LedgerHandle | undefined;
  try {
    handle = await (options.openFile ?? openLedgerFile)(file);
    const read = await replay(file, options.endpoint, options.environment);
    refuse(file, options, read);
    commit = groupCommit(handle, file, read.size, read.size + read.tail.length);
    if (lost !== undefined) commit.poison(lost);
    const ledger = ledgerOn(options, read, commit, closer(handle, commit, unlock));
    if (read.last === undefined) await begin(options, ledger);
    return ledger;
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await unlock();
    throw error;
  }
}

/** The ledger, and the append that also takes the genesis. */
interface OpenedLedger extends Ledger {
  add(body: Parameters<typeof sealEntry>[0]): Promise<Entry>;
}

function ledgerOn(options: LedgerOptions, read: Replay, commit: GroupCommit, close: () => Promise<void>): OpenedLedger {
  const { chain, fold, tail } = read;
  const ledgerId = chain.genesis?.ledgerId ?? options.randomId();
  let droppedTail = tail.length === 0 ? undefined : { bytes: tail.length, sha256: sha256Of(tail) };

  async function add(body: Parameters<typeof sealEntry>[0]): Promise<Entry> {
    const { entry, line } = sealEntry(body, {
      ledgerId,
      seq: chain.entries + 1,
      prev: chain.head,
      time: new Date(options.clock.now()).toISOString(),
      endpoint: options.endpoint,
      ...(droppedTail !== undefined && { droppedTail }),
    });
    if (Buffer.byteLength(line) > MAX_LINE) throw new Error(`a ledger entry of ${line.length} characters`);
    const fault = fold.add(entry) ?? chain.add(entry);
    if (fault !== undefined) throw new Error(`ledger entry ${entry.seq} (${entry.kind}): ${fault.message}`);
    droppedTail = undefined;
    await commit.write(line);
    return entry;
  }

  return {
    add,
    // Sound: the entry was made from this body, so it has its kind.
    append: async (body) => (await add(body)) as EntryOf<(typeof body)['kind']>,
    state: ledgerState(chain, fold),
    openedAt: chain.entries,
    get hasCutTail() {
      return droppedTail !== undefined;
    },
    close,
  };
}

async function begin({ environment, endpoint, folder }: LedgerOptions, ledger: OpenedLedger): Promise<void> {
  await ledger.add({ kind: 'genesis', environment, simulated: isLoopback(endpoint) });
  await syncFolder(folder);
}

function refuse(file: string, { endpoint }: LedgerOptions, { chain, last }: Replay): void {
  const { genesis } = chain;
  if (genesis === undefined || last === undefined) return;
  if (entryHash(last) !== last.hash) {
    throw brokenLedger(file, {
      seq: last.seq,
      code: 'hash',
      message: 'its hash is not that of what it says: it was changed',
    });
  }
  if (genesis.simulated === isLoopback(endpoint)) return;
  const is = genesis.simulated ? 'a simulator' : 'a real organisation';
  throw new KnownError('LedgerError', `${file}: it records changes to ${is}, and ${endpoint} is not one`, {
    hint: 'Give each its own folder with --ledger: one ledger never holds both.',
  });
}

function closer(handle: LedgerHandle, commit: GroupCommit, unlock: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  const close = async () => {
    await commit.idle();
    commit.poison(new KnownError('LedgerError', 'The ledger: it was closed already'));
    // All that was said to be durable is: a disk that fails only now takes nothing back.
    await handle.close().catch(() => undefined);
    // A lock that was lost is not ours to give back.
    await unlock().catch(() => undefined);
  };
  return () => (closed ??= close());
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
