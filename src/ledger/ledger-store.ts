import type { KnownError } from '../model/known-error.js';
import type { Entry } from './entry.js';
import type { LineSource } from './file/read-lines.js';
import type { GroupCommit } from './group-commit.js';

/** Where an environment's ledger is kept: docs/ledger.md says what is in it, whatever keeps it. */
export interface LedgerStore {
  /** What messages call this ledger, such as its path. */
  readonly name: string;
  /** Its lines, without its lock; nothing when there is no ledger. Throws a LedgerError for what can't be read. */
  read(): LineSource;
  /**
   * The signed checkpoint that is kept beside it, undefined when there is none: whatever is there, of which no more than
   * a note can have is read (checkpoint/signed-note.ts). Asked for before the lines, it never is ahead of them because a
   * run goes on. Throws a LedgerError for what can't be read.
   */
  readCheckpoint(): Promise<string | undefined>;
  /** Takes its lock. Throws a LedgerError that names the holder when another run has it. */
  open(): Promise<OpenedStore>;
}

/** A ledger that no other run writes. */
export interface OpenedStore {
  /** Its lines as they are now that no other run writes. */
  read(): LineSource;
  /** The checkpoint likewise. */
  readCheckpoint(): Promise<string | undefined>;
  /**
   * Adds lines behind those that are there. Called once, after they were read. Given a `checkpoint`, the store keeps one
   * of the last durable entry by the time it is closed, also where this run added none.
   */
  writer(end: LedgerEnd, checkpoint: Checkpointer | undefined): GroupCommit;
  /**
   * Why no request may leave any more, whatever was announced: another run took the lock, or may have. Undefined while
   * this run surely has it.
   */
  lost(): KnownError | undefined;
  /**
   * Waits for what is in flight, and gives the lock back. Rejects with a LedgerError, once the lock is back, where a
   * checkpoint could not be kept: what is durable stays so, unsigned.
   */
  close(): Promise<void>;
}

/** Where a ledger ends. */
export interface LedgerEnd {
  /** The bytes of all finished lines. */
  readonly size: number;
  /** The bytes of the unfinished line behind them, which the next one takes the place of. */
  readonly tail: number;
  /** The last entry; undefined where there is none. */
  readonly last: Entry | undefined;
}

/**
 * The signed checkpoint of a ledger that ends with this entry, to be kept beside it (docs/ledger.md, "Checkpoints").
 * Undefined where this run has no key of that entry: the one it brings never got there.
 */
export type Checkpointer = (last: Entry) => string | undefined;
