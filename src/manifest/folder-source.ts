import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { KnownError } from '../model/known-error.js';
import {
  linkedFolder,
  type ManifestSource,
  maxFileBytes,
  missingFile,
  outsideRoot,
  type SourceEntry,
  type SourceFile,
  tooLarge,
} from './manifest-source.js';

/**
 * Manifests in a folder on disk. Files are read inside the root after resolving links (docs/security.md, "Ids, paths,
 * names"). Synchronous underneath, which is several times faster for thousands of small files; the event loop gets its
 * turn between files of the caller.
 */
export function folderSource(root: string): ManifestSource {
  const shown = root.length > 1 ? root.replace(/[\\/]+$/, '') : root;
  /** Paths that a listing showed as plain files below plain folders: no link to resolve. */
  const plain = new Set<string>();
  let realRoot: string | undefined;
  return {
    root: shown,
    async folders() {
      return entriesOf(shown)
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map((entry) => entry.name)
        .toSorted();
    },
    async files(folder, limit) {
      const found: SourceEntry[] = [];
      const pending = [folder];
      for (let at = pending.pop(); at !== undefined && found.length < limit; at = pending.pop()) {
        for (const entry of entriesOf(path.join(shown, at))) {
          if (entry.name.startsWith('.')) continue;
          const file = `${at}/${entry.name}`;
          if (entry.isFile()) plain.add(file);
          if (entry.isDirectory()) pending.push(file);
          else
            found.push(
              entry.isSymbolicLink() && leadsToFolder(path.join(shown, file))
                ? { path: file, refusal: linkedFolder }
                : { path: file },
            );
        }
      }
      return found.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, limit);
    },
    async has(file) {
      return lstatSync(path.join(shown, file), { throwIfNoEntry: false }) !== undefined;
    },
    async read(file) {
      const named = path.join(shown, file);
      if (plain.has(file)) return readBounded(named, named);
      realRoot ??= realpathSync.native(shown);
      const target = resolve(named);
      if (target === undefined) return missingFile;
      if (!target.startsWith(realRoot + path.sep)) return outsideRoot;
      return readBounded(target, named);
    },
  };
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw unreadable(folder, error);
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

function resolve(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(file, error);
  }
}

/** Never follows a link that took the file's place since, never waits for a pipe, never reads more than the bound. */
function readBounded(file: string, named: string): SourceFile {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return missingFile;
    throw unreadable(named, error);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { code: 'not-a-file', message: 'This is not a plain file.' };
    if (stats.size > maxFileBytes) return tooLarge;
    // One byte more than was announced tells a file that grew since.
    const buffer = Buffer.allocUnsafe(stats.size + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < buffer.length; length += count) {
      count = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    if (length !== stats.size) {
      return { code: 'file-changed', message: 'The file changed while it was read.', hint: 'Run again.' };
    }
    return { bytes: buffer.subarray(0, length) };
  } catch (error) {
    throw unreadable(named, error);
  } finally {
    closeSync(descriptor);
  }
}

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}

function unreadable(file: string, cause: unknown): KnownError {
  const reasons: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'there is no such file or folder',
    ENOTDIR: 'it is not a folder',
  };
  const code = codeOf(cause);
  const reason = reasons[code] ?? (code === '' ? String(cause) : code);
  return new KnownError('FileError', `${file} can't be read: ${reason}.`, {
    hint: 'Check the path, its permissions, and --root.',
    cause,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
