import { errnoOf, fileFault } from '../model/file-fault.js';
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
  const { words, hint } = fileFault(cause);
  return new KnownError('FileError', `${file} can't be read: ${words}.`, {
    // Of what is below the root and not there, a problem is made: this is the root.
    hint:
      errnoOf(cause) === 'ENOENT'
        ? '--root names the folder that holds the environments; `cxone-gitops init` writes a first one.'
        : hint,
    cause,
  });
}
