import type { FileIds } from './file-ids.js';
import { findRepository } from './find-repository.js';
import type { RunGit } from './run-git.js';

/** How the files of a checkout differ from the commit at HEAD, byte for byte. */
export interface HeadComparison {
  /** The commit's id; null if there is no repository, or if git does not name a commit. */
  readonly head: string | null;
  /** Sorted by path. */
  readonly differing: readonly DifferingFile[];
  /** Why git does not answer, though the folder is in a repository. Absent if git answers or there is no repository. */
  readonly failure?: string;
}

/** A file whose bytes the commit does not hold, or a file of the commit that was not read. */
export interface DifferingFile {
  /** Below the root, with `/`. */
  readonly path: string;
  /** added: the commit has no such file. missing: the checkout has no such file. */
  readonly how: 'changed' | 'added' | 'missing';
  /** True if the file is the commit's but for CRLF in place of LF. */
  readonly lineEndsOnly: boolean;
}

/** The files that were read for an environment. */
export interface ReadFiles {
  /** The manifests' root. */
  readonly root: string;
  /** The folders below the root that a commit is searched for manifests. */
  readonly folders: readonly string[];
  /** By their paths below the root, with `/`. */
  readonly files: ReadonlyMap<string, FileIds>;
  /** Whether a file of the commit would have been read, had the checkout had it; by its path below the root. */
  readonly wouldRead: (path: string) => boolean;
}

/**
 * Compares raw bytes with the blobs of HEAD. `git status` would run the filters that the repository configures, and would
 * believe the index (docs/security.md, "Git children").
 */
export async function compareWithHead(git: RunGit, read: ReadFiles): Promise<HeadComparison> {
  const { root, folders, files } = read;
  const named = await git(root, ['rev-parse', '--show-prefix', 'HEAD^{commit}']);
  if (!named.ok) {
    if (findRepository(root) === undefined) return { head: null, differing: [] };
    return { head: null, differing: [], failure: await whyNoCommit(git, root, named.reason) };
  }
  const [prefix, head] = named.stdout.toString('utf8').split('\n');
  if (prefix === undefined || head === undefined || !/^[0-9a-f]{40,64}$/.test(head)) {
    return { head: null, differing: [], failure: 'git did not print a commit' };
  }
  // Grammar files may be in any folder below the root.
  const isListed = (path: string) => folders.some((folder) => path.startsWith(`${folder}/`));
  const below = [...files.keys()].every(isListed) ? folders.map((folder) => prefix + folder) : [prefix || '.'];
  const listed = await git(root, ['ls-tree', '-r', '-z', '--full-tree', head, '--', ...below]);
  if (!listed.ok) return { head: null, differing: [], failure: listed.reason };
  const blobs = readTree(listed.stdout.toString('utf8'), prefix);
  return { head, differing: differences(read, blobs, head.length === 64 ? 'sha256' : 'sha1') };
}

function differences(
  { files, wouldRead }: ReadFiles,
  blobs: ReadonlyMap<string, string>,
  algorithm: 'sha1' | 'sha256',
): DifferingFile[] {
  const found: DifferingFile[] = [];
  for (const [path, ids] of files) {
    const blob = blobs.get(path);
    if (blob === ids[algorithm]) continue;
    const lineEndsOnly = blob !== undefined && blob === ids.withoutCr?.[algorithm];
    found.push({ path, how: blob === undefined ? 'added' : 'changed', lineEndsOnly });
  }
  for (const path of blobs.keys()) {
    if (!files.has(path) && wouldRead(path)) found.push({ path, how: 'missing', lineEndsOnly: false });
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** A repository without a commit answers all but this. */
async function whyNoCommit(git: RunGit, root: string, reason: string): Promise<string> {
  const top = await git(root, ['rev-parse', '--show-prefix']);
  const branch = await git(root, ['symbolic-ref', '--quiet', 'HEAD']);
  return top.ok && branch.ok ? 'the repository has no commit yet, or HEAD names none' : reason;
}

/** Entries of `ls-tree -z`: `mode type id TAB path NUL`. A link's blob is not the file that the link leads to. */
function readTree(text: string, prefix: string): Map<string, string> {
  const blobs = new Map<string, string>();
  for (const entry of text.split('\0')) {
    const tab = entry.indexOf('\t');
    if (tab === -1) continue;
    const [mode = '', , id = ''] = entry.slice(0, tab).split(' ');
    blobs.set(entry.slice(tab + 1 + prefix.length), mode.startsWith('100') ? id : mode);
  }
  return blobs;
}
