import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { KnownError } from '../../model/known-error.js';
import type { Context } from '../context.js';

/**
 * Throws a KnownError (FileError) unless a file can be written without following a link, and without taking the place of
 * anything but a plain file: a link may be in what a pull request brought and lead anywhere, and a device, as /dev/null,
 * would make room for the file. Every folder on the way from `below` is looked at, by default from the current one; what
 * is elsewhere is the operator's own. The message begins with `subject`. `file` and `below` are absolute paths.
 */
export async function refuseToReplace(
  { cwd }: Pick<Context, 'cwd'>,
  subject: string,
  file: string,
  below = cwd,
): Promise<void> {
  for (const place of placesTo(file, below)) {
    const stats = await lstat(place).catch(() => undefined);
    if (stats === undefined || (place === file ? stats.isFile() : stats.isDirectory())) continue;
    const what = stats.isSymbolicLink() ? 'a symbolic link' : place === file ? 'no plain file' : 'no folder';
    throw new KnownError('FileError', `${subject}: ${path.relative(cwd, place)} is ${what}`, {
      hint: 'Nothing is written through a link or in place of a device: name another place.',
    });
  }
}

/** The file and the folders on the way to it, where it is below the folder; else the file alone. */
function placesTo(file: string, below: string): string[] {
  const names = path.relative(below, file).split(path.sep);
  if (names[0] === '..' || path.isAbsolute(names.join(path.sep))) return [file];
  return names.map((_, index) => path.join(below, ...names.slice(0, index + 1)));
}
