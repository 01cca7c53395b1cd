import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { errnoOf } from '../model/file-fault.js';
import { refusedByDisk, unreadable } from './disk-errors.js';
import {
  changedFile,
  maxFileBytes,
  missingFile,
  notAFile,
  type SourceFile,
  tooLarge,
  unnamable,
} from './manifest-source.js';

/**
 * A file's bytes, or why it is not taken. Opens nothing but plain files: a pipe would wait for a writer, and to open a
 * device does something to it. Never follows a link that took the file's place since, never reads more than the bound, and
 * takes no file that changes meanwhile. `named` is the file in messages. Throws a KnownError where the disk fails.
 */
export function readPlainFile(file: string, named: string): SourceFile {
  let descriptor: number | undefined;
  try {
    const before = lstatSync(file);
    if (before.isSymbolicLink()) return changedFile;
    if (!before.isFile()) return notAFile;
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return readOpened(descriptor, before);
  } catch (error) {
    // By O_NOFOLLOW: the file has become a link.
    if (errnoOf(error) === 'ELOOP') return changedFile;
    const refusal = refusedByDisk(error);
    if (refusal === undefined) throw unreadable(named, error);
    // A name that is not UTF-8 reaches us with marks in the place of its bytes, and does not lead back to the file.
    return refusal === missingFile && file.includes('\ufffd') ? unnamable : refusal;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function readOpened(descriptor: number, before: Stats): SourceFile {
  const opened = fstatSync(descriptor);
  if (!isSame(before, opened)) return changedFile;
  if (opened.size > maxFileBytes) return tooLarge;
  // One byte more than was announced tells a file that grew since.
  const buffer = Buffer.allocUnsafe(opened.size + 1);
  let length = 0;
  for (let count = -1; count !== 0 && length < buffer.length; length += count) {
    count = readSync(descriptor, buffer, length, buffer.length - length, null);
  }
  if (length !== opened.size || !isSame(opened, fstatSync(descriptor))) return changedFile;
  return { bytes: buffer.subarray(0, length) };
}

function isSame(one: Stats, other: Stats): boolean {
  return (['dev', 'ino', 'mode', 'size', 'mtimeMs'] as const).every((member) => one[member] === other[member]);
}
