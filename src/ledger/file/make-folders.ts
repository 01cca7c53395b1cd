import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../../model/file-fault.js';

/**
 * Makes a folder and those above it that are not there. Throws the system's own error where that can't be done: node's
 * `recursive` says ENOENT of a file system that is read-only. `mode` is who may use a new folder.
 */
export async function makeFolders(folder: string, mode?: number): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() === true) return;
    if (errnoOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolders(dirname(folder), mode);
    await makeOne(folder, mode);
  }
}

/** Another run may make it at the same time. */
async function makeOne(folder: string, mode: number | undefined): Promise<void> {
  await mkdir(folder, mode).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
}
