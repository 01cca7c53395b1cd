import { type Dirent, opendirSync, statSync } from 'node:fs';
import path from 'node:path';
import { refusedByDisk, unreadable } from './disk-errors.js';
import { linkedFolder, notAFile, type Refusal, type SourceEntry, tooManyFolders } from './manifest-source.js';

/** A file as a listing shows it. */
export interface ListedFile extends SourceEntry {
  /** Whether it is a plain file below plain folders. */
  readonly isPlain: boolean;
}

/** The folders directly in the root, and the links to folders. Throws a KnownError where the root can't be read. */
export function foldersIn(root: string): { readonly name: string; readonly isLink: boolean }[] {
  const found: { name: string; isLink: boolean }[] = [];
  try {
    for (const entry of entriesOf(root)) {
      const isLink = entry.isSymbolicLink() && leadsToFolder(path.join(root, entry.name));
      if (isLink || entry.isDirectory()) found.push({ name: entry.name, isLink });
    }
  } catch (error) {
    throw unreadable(root, error);
  }
  return found;
}

/**
 * All files below a folder of the root, sorted; at most `limit`, and no more folders than that are looked into. What may
 * hold manifests and can't be looked into is an entry with its refusal. Throws a KnownError where the disk fails.
 */
export function listFiles(root: string, folder: string, limit: number): ListedFile[] {
  const found: ListedFile[] = [];
  const pending = [folder];
  let folders = 0;
  for (let at = pending.pop(); at !== undefined && found.length < limit; at = pending.pop()) {
    folders += 1;
    if (folders > limit) {
      found.push({ path: folder, refusal: tooManyFolders, isPlain: false });
      break;
    }
    try {
      for (const entry of entriesOf(path.join(root, at))) {
        const file = `${at}/${entry.name}`;
        if (entry.isDirectory()) pending.push(file);
        else found.push(listed(root, file, entry));
        if (found.length >= limit || pending.length > limit) break;
      }
    } catch (error) {
      const refusal = refusedByDisk(error);
      if (refusal === undefined) throw unreadable(path.join(root, at), error);
      found.push({ path: at, refusal, isPlain: false });
    }
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, limit);
}

function listed(root: string, file: string, entry: Dirent): ListedFile {
  const refusal = refusalOf(root, file, entry);
  return { path: file, isPlain: entry.isFile(), ...(refusal !== undefined && { refusal }) };
}

/** What stands where a manifest may be expected. Other sockets and pipes are no business of ours. */
function refusalOf(root: string, file: string, entry: Dirent): Refusal | undefined {
  if (entry.isSymbolicLink()) return leadsToFolder(path.join(root, file)) ? linkedFolder : undefined;
  return !entry.isFile() && /\.ya?ml$/i.test(file) ? notAFile : undefined;
}

/** Reads a folder entry by entry: one with a million files is never held in memory. Dot files are left out. */
function* entriesOf(folder: string): Generator<Dirent, void> {
  const open = opendirSync(folder, { bufferSize: 512 });
  try {
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
      if (!entry.name.startsWith('.')) yield entry;
    }
  } finally {
    open.closeSync();
  }
}

function leadsToFolder(link: string): boolean {
  try {
    return statSync(link).isDirectory();
  } catch {
    // A broken link leads nowhere; reading it says so.
    return false;
  }
}
