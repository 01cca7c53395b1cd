import { KnownError } from '../model/known-error.js';
import { missingFile, noPermission, notAFile, type Refusal } from './manifest-source.js';

/** What the disk says of one file, as a problem of that file; undefined for what is no fault of the file. */
export function refusedByDisk(error: unknown): Refusal | undefined {
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return missingFile;
    case 'EACCES':
    case 'EPERM':
      return noPermission;
    case 'ENXIO':
    case 'ENODEV':
    case 'EOPNOTSUPP':
      return notAFile;
    default:
      return undefined;
  }
}

/** The error that ends a run because a file or folder can't be read. */
export function unreadable(file: string, cause: unknown): KnownError {
  const reasons: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'there is no such file or folder',
    ENOTDIR: 'it is not a folder',
    ELOOP: 'its links lead in a circle',
  };
  const code = errnoOf(cause);
  const reason = reasons[code] ?? (code === '' ? String(cause) : code);
  return new KnownError('FileError', `${file} can't be read: ${reason}.`, {
    // Of what is below the root and not there, a problem is made: this is the root.
    hint:
      code === 'ENOENT'
        ? '--root names the folder that holds the environments; `cxone-gitops init` writes a first one.'
        : 'Check the path, its permissions, and --root.',
    cause,
  });
}

/** The system's name of an error, such as ENOENT; empty for any other. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
