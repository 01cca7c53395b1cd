import { fileFault } from '../../model/file-fault.js';
import { KnownError } from '../../model/known-error.js';
import { type Group, type GroupCommit, groupCommit } from '../group-commit.js';
import type { LedgerEnd, LedgerStore, OpenedStore } from '../ledger-store.js';
import { appendToFile, type LedgerHandle } from './append-to-file.js';
import { checkpointFile, keepCheckpointFile, readCheckpointFile } from './checkpoint-file.js';
import { ledgerFile } from './ledger-file.js';
import { makeLedgerFolder, openLedgerFile, syncFolder } from './ledger-folder.js';
import { lockLedger } from './ledger-lock.js';
import { readLines } from './read-lines.js';

export interface FileLedgerOptions {
  readonly folder: string;
  readonly environment: string;
  readonly clock: { now(): number };
  readonly pid: number;
  readonly hostname: string;
  /** Whether a process of this machine still runs: frees the lock of a run that was killed at once. */
  readonly isAlive?: ((pid: number) => boolean) | undefined;
  /** Opens the file; tests pass a disk that fails. */
  readonly openFile?: ((file: string) => Promise<LedgerHandle>) | undefined;
}

/** A ledger in a file of its own, `<folder>/<environment>.jsonl`, made with the first entry. */
export function fileLedger(options: FileLedgerOptions): LedgerStore {
  const file = ledgerFile(options.folder, options.environment);
  const checkpoint = checkpointFile(options.folder, options.environment);
  return {
    name: file,
    read: () => readLines(file),
    readCheckpoint: () => readCheckpointFile(checkpoint),
    open: () => openFileLedger(options, file, checkpoint),
  };
}

async function openFileLedger(options: FileLedgerOptions, file: string, checkpoint: string): Promise<OpenedStore> {
  const { folder, pid, hostname, clock, isAlive, openFile = openLedgerFile } = options;
  let lost: KnownError | undefined;
  let commit: GroupCommit | undefined;
  let sign: (() => string | undefined) | undefined;
  await makeLedgerFolder(folder);
  const lock = await lockLedger(file, {
    holder: { pid, hostname, since: new Date(clock.now()).toISOString() },
    isAlive,
    onLost: (error) => {
      lost = error;
      commit?.poison(error);
    },
  });
  let handle: LedgerHandle;
  try {
    handle = await openFile(file);
  } catch (error) {
    await lock.release();
    throw error;
  }
  return {
    read: () => readLines(file),
    readCheckpoint: () => readCheckpointFile(checkpoint),
    writer(end, checkpointer) {
      let { last } = end;
      const append = appender(handle, folder, end);
      const appendGroup = async (group: Group) => {
        await append(group);
        last = group.last;
      };
      commit = groupCommit(appendGroup, (error) => writeFailed(file, error));
      sign = () => (last === undefined ? undefined : checkpointer?.(last));
      if (lost !== undefined) commit.poison(lost);
      return commit;
    },
    lost: () => lost,
    close: once(async () => {
      await commit?.idle();
      commit?.poison(new KnownError('LedgerError', 'The ledger: it was closed already'));
      // All that was said to be durable is: a disk that fails only now takes nothing back.
      await handle.close().catch(() => undefined);
      try {
        // Whoever took the lock signs what is there: it may be more than this run knows of.
        const signed = (await lock.isOurs()) && lost === undefined ? sign?.() : undefined;
        if (signed !== undefined) await keepCheckpointFile(checkpoint, signed);
      } finally {
        // All is on disk: a lock that can't be given back is free when this process is gone.
        await lock.release().catch(() => undefined);
      }
    }),
  };
}

/** The first entry makes the file's name durable, too. */
function appender(handle: LedgerHandle, folder: string, end: LedgerEnd): (group: { lines: string }) => Promise<void> {
  const append = appendToFile(handle, end);
  let isNew = end.size === 0;
  return async ({ lines }) => {
    await append(lines);
    if (isNew) await syncFolder(folder);
    isNew = false;
  };
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => (closed ??= close());
}

function writeFailed(file: string, error: unknown): KnownError {
  if (error instanceof KnownError) return error;
  const { words, hint } = fileFault(error);
  return new KnownError('LedgerError', `${file}: can't be written: ${words}`, {
    hint: `${hint} Nothing more is changed without a ledger; the next apply goes on from there.`,
    cause: error,
  });
}
