import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Git } from './git.js';

/** Which commit the manifests are from, and whether they are exactly what that commit holds. */
export interface GitState {
  /** The commit's id; null outside a repository or before its first commit. */
  readonly head: string | null;
  /** True when a file that was read is not what the commit holds, or one that it holds below the folders is gone. */
  readonly dirty: boolean;
}

/**
 * Compares raw bytes with the blobs of HEAD. `git status` is not asked: it runs the filters that the repository
 * configures (docs/security.md, "Git children"). `files` are those that were read, by real path.
 */
export async function readGitState(
  git: Git,
  folders: readonly string[],
  files: ReadonlyMap<string, BlobIds>,
): Promise<GitState> {
  const [folder] = folders;
  const answer =
    folder === undefined ? undefined : await git(folder, ['rev-parse', '--show-toplevel', 'HEAD^{commit}']);
  const [top, head] = answer?.toString('utf8').split('\n') ?? [];
  if (top === undefined || head === undefined || head === '') return { head: null, dirty: false };

  const relative = folders.map((one) => path.relative(top, one) || '.');
  const tree = await git(top, ['ls-tree', '-r', '-z', '--full-tree', head, '--', ...relative]);
  const blobs = parseTree(tree?.toString('utf8') ?? '');
  const algorithm = head.length === 64 ? 'sha256' : 'sha1';
  const changed = [...files].some(([file, ids]) => blobs.get(path.relative(top, file)) !== ids[algorithm]);
  const read = new Set([...files.keys()].map((file) => path.relative(top, file)));
  const missing = [...blobs.keys()].some((file) => /\.ya?ml$/.test(file) && !read.has(file));
  return { head, dirty: changed || missing };
}

/** Entries of `ls-tree -z`: `mode type id TAB path NUL`. */
function parseTree(text: string): Map<string, string> {
  const blobs = new Map<string, string>();
  for (const entry of text.split('\0')) {
    const tab = entry.indexOf('\t');
    if (tab > 0) blobs.set(entry.slice(tab + 1), entry.slice(0, tab).split(' ')[2] ?? '');
  }
  return blobs;
}

/** The id that git would give a file's bytes, in a repository of either kind. */
export interface BlobIds {
  readonly sha1: string;
  readonly sha256: string;
}

/** Computed while a file is at hand, so that its bytes need not be kept. */
export function blobIds(bytes: Uint8Array): BlobIds {
  const id = (algorithm: 'sha1' | 'sha256') =>
    createHash(algorithm).update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
  return { sha1: id('sha1'), sha256: id('sha256') };
}
