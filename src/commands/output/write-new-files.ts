import { lstat, mkdir, open, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { fileFault } from '../../model/file-fault.js';
import { KnownError } from '../../model/known-error.js';
import type { Context } from '../context.js';
import { refuseToReplace } from './refuse-to-replace.js';

/** A file to be, by its path below a folder, with `/`. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** Who may use it, by default as the process makes files. */
  readonly mode?: number;
}

/**
 * Writes files that are not there yet below a folder, in their order: all of them or none. Throws a KnownError that
 * lists those that are there, and where a link is on the way or a file can't be written; what was written is then taken
 * away again. `named` is what the user gave, for messages.
 */
export async function writeNewFiles(
  { cwd, interrupt }: Pick<Context, 'cwd' | 'interrupt'>,
  named: string,
  folder: string,
  files: readonly NewFile[],
): Promise<void> {
  const targets = files.map((file) => ({ ...file, target: path.join(folder, ...file.path.split('/')) }));
  // Links on the way to the folder are the operator's own where it is elsewhere; below it there are none.
  const from = { cwd: isWithin(cwd, folder) ? cwd : folder };
  const present: string[] = [];
  for (const { path: shown, target } of targets) {
    await refuseToReplace(from, named, target);
    if (await isThere(target)) present.push(shown);
  }
  if (present.length > 0) {
    throw new KnownError('OptionError', `${named}: there already: ${present.join(', ')}`, {
      hint: 'Nothing was written. Name another place, or move them away.',
    });
  }
  await writeAll(named, targets, interrupt);
}

/** All or none: what was made is taken away again where something goes wrong. */
async function writeAll(
  named: string,
  targets: readonly (NewFile & { readonly target: string })[],
  interrupt: AbortSignal,
): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { text, mode, target } of targets) {
      if (interrupt.aborted) throw new KnownError('InterruptedError', 'interrupted, so nothing was written');
      for (const missing of await missingFolders(path.dirname(target))) {
        await mkdir(missing);
        undo.push(() => rmdir(missing));
      }
      await writeNew(target, text, mode, undo);
    }
  } catch (cause) {
    // What can't be taken away is not ours any more.
    for (const step of undo.toReversed()) await step().catch(() => undefined);
    if (cause instanceof KnownError) throw cause;
    const { words, hint } = fileFault(cause);
    throw new KnownError('FileError', `${named}: the files can't be written there: ${words}`, {
      hint: `Nothing was left behind. ${hint}`,
      cause,
    });
  }
}

/** Fails where something took the file's place since it was looked for, a link too. */
async function writeNew(
  target: string,
  text: string,
  mode: number | undefined,
  undo: (() => Promise<void>)[],
): Promise<void> {
  const file = await open(target, 'wx', mode);
  undo.push(() => unlink(target));
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** Whether there is anything of that name, be it a broken link. */
export async function isThere(file: string): Promise<boolean> {
  return (await lstat(file).catch(() => undefined)) !== undefined;
}

function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}

/** A folder and those above it that are not there, the highest first. */
async function missingFolders(folder: string): Promise<string[]> {
  if (await isThere(folder)) return [];
  return [...(await missingFolders(path.dirname(folder))), folder];
}
