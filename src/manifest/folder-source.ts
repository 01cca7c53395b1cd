import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { errnoOf } from '../model/file-fault.js';
import { refusedByDisk, unreadable } from './disk-errors.js';
import { foldersIn, listFiles } from './list-files.js';
import { leadsNowhere, linkedFolder, type ManifestSource, missingFile, outsideRoot } from './manifest-source.js';
import { readPlainFile } from './read-plain-file.js';

/**
 * Manifests in a folder on disk. Files are read inside the root after resolving links (docs/security.md, "Ids, paths,
 * names"). Synchronous underneath, which is several times faster for thousands of small files; the event loop gets its
 * turn between files of the caller.
 */
export function folderSource(root: string): ManifestSource {
  const shown = root.length > 1 ? root.replace(/[\\/]+$/, '') : root;
  /** Paths that the last listing showed as plain files below plain folders: no link to resolve. */
  const plain = new Set<string>();
  let links: ReadonlySet<string> | undefined;
  let realRoot: string | undefined;
  const linksInRoot = () => {
    links ??= new Set(foldersIn(shown).flatMap(({ name, isLink }) => (isLink ? [name] : [])));
    return links;
  };
  return {
    root: shown,
    async folders() {
      return foldersIn(shown)
        .map(({ name }) => name)
        .toSorted();
    },
    async files(folder, limit) {
      if (linksInRoot().has(folder)) return [{ path: folder, refusal: linkedFolder }];
      const files = listFiles(shown, folder, limit);
      if (plain.size > limit) plain.clear();
      for (const { path: file, isPlain } of files) if (isPlain) plain.add(file);
      return files.map(({ path: file, refusal }) => (refusal === undefined ? { path: file } : { path: file, refusal }));
    },
    async has(file) {
      return isThere(path.join(shown, file));
    },
    async read(file) {
      // A NUL ends a path for the system, and not for us.
      if (file.includes('\0')) return missingFile;
      const named = path.join(shown, file);
      if (plain.has(file)) return readPlainFile(named, named);
      if (linksInRoot().has(firstOf(file))) return linkedFolder;
      realRoot ??= realpathSync.native(shown);
      const target = resolve(named);
      if (typeof target !== 'string') return target;
      if (!target.startsWith(realRoot.endsWith(path.sep) ? realRoot : realRoot + path.sep)) return outsideRoot;
      return readPlainFile(target, named);
    },
  };
}

function firstOf(file: string): string {
  return file.slice(0, file.indexOf('/'));
}

function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // There is something that can't be looked at: to read it says why.
    if (refusedByDisk(error) !== undefined) return true;
    throw unreadable(file, error);
  }
}

/** The file itself behind all links, or why there is none. */
function resolve(file: string) {
  try {
    return realpathSync.native(file);
  } catch (error) {
    const isLink = errnoOf(error) === 'ELOOP' || (errnoOf(error) === 'ENOENT' && isThere(file));
    const refusal = isLink ? leadsNowhere : refusedByDisk(error);
    if (refusal === undefined) throw unreadable(file, error);
    return refusal;
  }
}
