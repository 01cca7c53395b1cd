import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, fileFault } from '../../model/file-fault.js';
import { KnownError } from '../../model/known-error.js';
import { MAX_NOTE } from '../checkpoint/signed-note.js';
import { syncFolder } from './ledger-folder.js';

/** The path of the signed checkpoint of an environment's ledger, beside it. */
export function checkpointFile(folder: string, environment: string): string {
  return join(folder, `${environment}.checkpoint`);
}

/**
 * What a checkpoint's file holds, of a longer one no more than shows that it is; undefined when there is no such file.
 * Throws a LedgerError for what can't be read or is not a plain file.
 */
export async function readCheckpointFile(file: string): Promise<string | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    // O_NONBLOCK: opening a named pipe must not wait for somebody to write to it.
    const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) throw new Error('it is no plain file');
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_NOTE + 1), 0, MAX_NOTE + 1, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw checkpointError(file, 'can not be read', errnoOf(error) === 'ELOOP' ? new Error('it is a symlink') : error);
  }
}

/**
 * Puts a checkpoint in the place of the one before it, durably: after a crash it is the one or the other. It is made for
 * its owner alone, and takes the place of a symlink without following it. Throws a LedgerError where that can't be done.
 */
export async function keepCheckpointFile(file: string, text: string): Promise<void> {
  // Only the holder of the ledger's lock writes it: what is there was left by a run that died.
  const unfinished = `${file}.new`;
  try {
    await rm(unfinished, { force: true });
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    throw checkpointError(file, 'can not be kept', error);
  }
  await syncFolder(dirname(file));
}

function checkpointError(file: string, what: string, cause: unknown): KnownError {
  const { words, hint } = fileFault(cause);
  return new KnownError('LedgerError', `${file}: the signed checkpoint ${what}: ${words}`, { hint, cause });
}
