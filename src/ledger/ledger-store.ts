import type { Entry } from './entry.js';
import type { LineSource } from './file/read-lines.js';
import type { GroupCommit } from './group-commit.js';

/** Where an environment's ledger is kept: docs/ledger.md says what is in it, whatever keeps it. */
export interface LedgerStore {
  /** What messages call this ledger, such as its path. */
  readonly name: string;
  /** Its lines, without its lock; nothing when there is no ledger. Throws a LedgerError for what can't be read. */
  read(): LineSource;
  /** Takes its lock. Throws a LedgerError that names the holder when another run has it. */
  open(): Promise<OpenedStore>;
}

/** A ledger that no other run writes. */
export interface OpenedStore {
  /** Its lines as they are now that no other run writes. */
  read(): LineSource;
  /** Adds lines behind those that are there. Called once, after they were read. */
  writer(end: LedgerEnd, checkpoint: Checkpointer | undefined): GroupCommit;
  /** Waits for what is in flight, and gives the lock back. */
  close(): Promise<void>;
}

/** Where a ledger ends. */
export interface LedgerEnd {
  /** The bytes of all finished lines. */
  readonly size: number;
  /** The bytes of the unfinished line behind them, which the next one takes the place of. */
  readonly tail: number;
}

/** The signed checkpoint of a ledger that ends with this entry, to be kept beside it (docs/ledger.md, "Checkpoints"). */
export type Checkpointer = (last: Entry) => string;
