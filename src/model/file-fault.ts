/** Why the system refused to use a file, a folder or a stream, and what a person can do about it. */
export interface FileFault {
  /** `no space is left on the disk (ENOSPC)`: goes behind a colon. */
  readonly words: string;
  /** A whole sentence. */
  readonly hint: string;
}

const permission = 'Give the user that runs cxone-gitops the permission, or name another place.';
const shorter = 'Take a shorter path.';
const handles = 'Raise the limit (`ulimit -n`), then run the command again.';
const disk = 'Check the disk and the system log, then run the command again.';
const path = 'Check the path.';

/** By the names of POSIX: <errno.h>, as the manual pages of open, write, mkdir and rename use them. */
const faults: ReadonlyMap<string, readonly [words: string, hint: string]> = new Map([
  ['EACCES', ['permission denied', permission]],
  ['EPERM', ['the operation is not permitted', permission]],
  ['EROFS', ['the file system is read-only', 'Name a place on a file system that can be written.']],
  [
    'ENOSPC',
    ['no space is left on the disk', 'Free space on the disk (`df -h`, `df -i`), then run the command again.'],
  ],
  ['EDQUOT', ['the disk quota is used up', 'Free space or raise the quota, then run the command again.']],
  ['EFBIG', ['the file would be larger than the limit', 'Raise the limit (`ulimit -f`), or name another place.']],
  ['ENOENT', ['there is no such file or folder', path]],
  ['ENOTDIR', ['a part of the path is a file, not a folder', path]],
  ['EISDIR', ['it is a folder', 'Name a file.']],
  ['EEXIST', ['it exists already', 'Name another place, or move it away.']],
  ['ENOTEMPTY', ['the folder is not empty', 'Name another place, or move its files away.']],
  ['ELOOP', ['its symbolic links lead in a circle', 'Correct the links, or name another place.']],
  ['ENAMETOOLONG', ['its name is too long', shorter]],
  ['EMFILE', ['this process has too many open files', handles]],
  ['ENFILE', ['the system has too many open files', 'Close other programs, then run the command again.']],
  ['ENOMEM', ['the system has no memory left', 'Close other programs, then run the command again.']],
  ['EIO', ['input or output failed', disk]],
  ['EBADF', ['it is not open for this', 'Check the redirections of the command line.']],
  ['EPIPE', ['the reader is gone', 'Check the program that reads the output.']],
  ['EBUSY', ['another program uses it', 'Wait for that program to end, then run the command again.']],
  ['ETXTBSY', ['another program uses it', 'Wait for that program to end, then run the command again.']],
  ['ENXIO', ['it is no plain file', path]],
  ['ENODEV', ['it is no plain file', path]],
  ['EOPNOTSUPP', ['the file system does not support this', 'Name a place on another file system.']],
  ['ENOTSUP', ['the file system does not support this', 'Name a place on another file system.']],
  ['EINVAL', ['the file system does not accept this', 'Name a place on another file system.']],
  ['ENOLCK', ['the file system has no locks left', 'Name a place on a local disk.']],
  ['EXDEV', ['it is on another file system', 'Name a place on the same file system.']],
  ['ESTALE', ['the network file system no longer has it', 'Mount the file system again, then run the command again.']],
  ['ETIMEDOUT', ['the network file system did not answer', 'Check the network, then run the command again.']],
  ['EAGAIN', ['the system can not do this now', 'Run the command again.']],
  ['ERR_INVALID_ARG_VALUE', ['its path holds a NUL character', path]],
]);

/** An error of the system in words: one table for every file and stream that the program reads or writes. */
export function fileFault(error: unknown): FileFault {
  const code = errnoOf(error);
  const [words, hint] = faults.get(code) ?? [undefined, disk];
  if (words !== undefined) return { words: `${words} (${code})`, hint };
  if (code !== '') return { words: code, hint };
  return { words: error instanceof Error ? error.message : String(error), hint };
}

/** The system's name of an error, such as ENOENT; empty for any other. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** True for an error of the system about a file or folder that has a name. */
export function isFileError(error: unknown): error is Error & { readonly path: string } {
  return faults.has(errnoOf(error)) && error instanceof Error && 'path' in error && typeof error.path === 'string';
}
