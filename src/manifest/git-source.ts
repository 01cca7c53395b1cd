import type { Git } from '../git/git.js';
import { readBlobs } from '../git/read-blobs.js';
import { resolveCommit } from '../git/resolve-commit.js';
import { KnownError } from '../model/known-error.js';
import { type ManifestSource, maxFileBytes, missingFile, type Refusal, tooLarge } from './manifest-source.js';

interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  readonly bytes: number;
}

const linkModes: ReadonlyMap<string, string> = new Map([
  ['120000', 'The commit holds a symbolic link here.'],
  ['160000', 'The commit holds a submodule here.'],
]);

/**
 * Manifests as the tip of a ref holds them, read as git objects: nothing is checked out and no filter runs
 * (docs/security.md, "Git children"). `root` is the manifests' folder on disk, whose place in the repository counts.
 * Throws a KnownError where there is no repository or no such ref.
 */
export async function gitSource(git: Git, root: string, ref: string): Promise<ManifestSource> {
  const commit = await resolveCommit(git, root, ref);
  const prefix = await line(git, root, ['rev-parse', '--show-prefix']);
  if (prefix === undefined || 'refused' in commit) {
    const reason = 'refused' in commit ? commit.refused : `it is no commit of the repository that holds ${root}`;
    throw new KnownError('OptionError', `${ref}: ${reason}`, {
      hint: 'Name a branch that was fetched, such as origin/main; in CI, check out with the full history.',
    });
  }
  const entries = await readTree(git, root, commit.id, prefix);
  // As on disk, what starts with a dot is no manifest.
  const isBelow = (folder: string, file: string) =>
    file.startsWith(`${folder}/`) && !file.includes('/.', folder.length);
  const inFolder = (folder: string) => [...entries.keys()].filter((file) => isBelow(folder, file)).toSorted();
  const readAhead = openReadAhead(git, root, entries);
  return {
    root,
    folders: async () => [...new Set([...entries.keys()].flatMap(folderOf))].toSorted(),
    has: async (file) => entries.has(file),
    files: async (folder, limit) =>
      inFolder(folder)
        .slice(0, limit)
        .map((path) => {
          // A link to a folder and a submodule hold manifests that would else be left out without a word.
          const link = linkModes.get(entries.get(path)?.mode ?? '');
          return link === undefined ? { path } : { path, refusal: linked(link) };
        }),
    read: async (file) => {
      const entry = entries.get(file);
      if (entry === undefined) return missingFile;
      const link = linkModes.get(entry.mode);
      if (link !== undefined) return linked(link);
      if (entry.bytes > maxFileBytes) return tooLarge;
      const bytes = await readAhead(file, entry.object);
      if (bytes === undefined) throw new KnownError('FileError', `${ref}:${prefix}${file}: git can't read it`);
      return isLfsPointer(bytes) ? linked('The commit holds a Git LFS pointer here, not the file.') : { bytes };
    },
  };
}

/**
 * Reads a blob, and with it those that come behind it in the tree, which are asked for next: git is started once for many
 * files. A blob is kept until it is read, and no more than a few MiB of them.
 */
function openReadAhead(git: Git, root: string, entries: ReadonlyMap<string, TreeEntry>) {
  const files = [...entries].filter(([file, { bytes, mode }]) => isPlain(file, mode) && bytes <= maxFileBytes);
  const places = new Map(files.map(([file], index) => [file, index]));
  let ahead: ReadonlyMap<string, Buffer> = new Map();
  return async (file: string, object: string): Promise<Buffer | undefined> => {
    const known = ahead.get(object);
    if (known !== undefined) return known;
    const objects = new Set([object]);
    let room = aheadBytes;
    for (const [, entry] of files.slice(places.get(file) ?? files.length)) {
      room -= entry.bytes;
      if (room < 0 || objects.size > aheadFiles) break;
      objects.add(entry.object);
    }
    ahead = await readBlobs(git, root, [...objects]);
    return ahead.get(object);
  };
}

const aheadBytes = 4 * 1024 * 1024;
const aheadFiles = 500;

/** What is likely to be read: manifests and what they name. */
function isPlain(file: string, mode: string): boolean {
  return !linkModes.has(mode) && !file.startsWith('.');
}

/** Entries of `ls-tree -r -l -z`: `mode type object size TAB path NUL`, by their path below the root. */
async function readTree(git: Git, root: string, commit: string, prefix: string): Promise<Map<string, TreeEntry>> {
  const listing = await git(root, [
    'ls-tree',
    '-r',
    '-l',
    '-z',
    '--full-tree',
    commit,
    '--',
    prefix === '' ? '.' : prefix,
  ]);
  const entries = new Map<string, TreeEntry>();
  for (const text of (listing?.toString('utf8') ?? '').split('\0')) {
    const tab = text.indexOf('\t');
    if (tab === -1) continue;
    const [mode = '', , object = '', size = ''] = text.slice(0, tab).split(/ +/);
    entries.set(text.slice(tab + 1 + prefix.length), { mode, object, bytes: Number(size) || 0 });
  }
  return entries;
}

async function line(git: Git, folder: string, args: readonly string[]): Promise<string | undefined> {
  const answer = await git(folder, args);
  return answer?.toString('utf8').replace(/\n$/, '');
}

function folderOf(file: string): string[] {
  const slash = file.indexOf('/');
  return slash > 0 && !file.startsWith('.') ? [file.slice(0, slash)] : [];
}

function linked(message: string): Refusal {
  return { code: 'not-a-file', message, hint: 'Commit the file itself.' };
}

function isLfsPointer(bytes: Buffer): boolean {
  return bytes.length < 1024 && bytes.toString('latin1').startsWith('version https://git-lfs.github.com/spec/');
}
