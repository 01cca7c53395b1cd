import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, fileFault } from '../../model/file-fault.js';
import { KnownError } from '../../model/known-error.js';
import type { LedgerHandle } from './append-to-file.js';
import { makeFolders } from './make-folders.js';

/** Makes the folder of a ledger, for its owner alone. Throws a LedgerError for a symlink and for what can't be made. */
export async function makeLedgerFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder, 0o700);
    if (!(await lstat(folder)).isSymbolicLink()) return;
  } catch (error) {
    throw folderError(folder, `can't be made: ${fileFault(error).words}`, error);
  }
  throw folderError(folder, 'is a symlink, and a ledger is never written through one');
}

/**
 * Opens a ledger to read and write it, made for its owner alone when it is new. Throws a LedgerError for a symlink and
 * for what can't be opened; reading it finds out whether it is a plain file.
 */
export async function openLedgerFile(file: string): Promise<LedgerHandle> {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return await open(file, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    if (errnoOf(error) === 'ELOOP') {
      throw folderError(file, 'is a symlink, and a ledger is never written through one', error);
    }
    throw folderError(file, `can't be opened: ${fileFault(error).words}`, error);
  }
}

/**
 * Makes a new file's name durable: without it, a crash of the machine may leave no file at all. Throws a LedgerError where
 * that can't be done.
 */
export async function syncFolder(folder: string): Promise<void> {
  for (const path of [folder, dirname(folder)]) {
    try {
      const handle = await open(path, constants.O_RDONLY);
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw folderError(path, `can't be made durable: ${fileFault(error).words}`, error);
    }
  }
}

function folderError(path: string, what: string, cause?: unknown): KnownError {
  return new KnownError('LedgerError', `${path}: ${what}`, {
    hint: 'Name another folder with --ledger, or the path under `ledger` in environment.yaml.',
    cause,
  });
}
