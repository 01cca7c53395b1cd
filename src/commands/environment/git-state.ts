import { compareWithHead, type DifferingFile, type ReadFiles } from '../../git/compare-with-head.js';
import { openGit, openReadingGit } from '../../git/git.js';
import { catalogFile } from '../../manifest/catalog.js';
import { catalogCodes } from '../../manifest/checks/catalog-findings.js';
import { gitSource } from '../../manifest/git-source.js';
import { type LoadedEnvironment, loadEnvironment } from '../../manifest/load-environment.js';
import { type JsonObject, sameJson } from '../../model/json.js';
import { KnownError } from '../../model/known-error.js';
import type { Problem } from '../../model/problem.js';
import type { Context, SharedOptions } from '../context.js';

/** Which commit an environment's manifests are from, and whether they mean what that commit means. */
export interface GitState {
  /** The commit's id; null if there is no repository, or if git does not name a commit. */
  readonly head: string | null;
  /** False if the manifests mean what the commit means, and outside a repository. */
  readonly dirty: boolean;
  /** If the manifests are dirty: the files whose bytes differ, sorted by path below the root. */
  readonly differing: readonly DifferingFile[];
  /** If the manifests are dirty: why the manifests of the commit can't be used. */
  readonly committedProblems: readonly Problem[];
  /** Why git does not name a commit, though the manifests are in a repository. */
  readonly failure?: string;
}

/**
 * Compares what was read for an environment with HEAD: the bytes first, and what they mean if the bytes differ. A checkout
 * with CRLF, and a file that differs by a comment, mean the same (docs/semantics.md, "Manifests and their commit"). This is the only place
 * that decides what `dirty` means.
 */
export async function readGitState(
  { env }: Pick<Context, 'env'>,
  { root, allowHost }: Pick<SharedOptions, 'root' | 'allowHost'>,
  loaded: LoadedEnvironment,
  files: ReadFiles['files'],
): Promise<GitState> {
  const folders = [loaded.name, ...(loaded.settings?.bases ?? [])];
  const compared = await compareWithHead(openReadingGit(env), { root, folders, files, wouldRead });
  const { head, differing, failure } = compared;
  if (failure !== undefined) return { head, dirty: true, differing, committedProblems: [], failure };
  const clean = { head, dirty: false, differing: [], committedProblems: [] };
  if (head === null || differing.length === 0) return clean;
  try {
    const source = await gitSource(openGit(env), root, head);
    const committed = await loadEnvironment(source, loaded.name, { allowHosts: allowHost });
    const committedProblems = committed.problems.filter(
      ({ severity, code }) => severity === 'error' && !catalogCodes.has(code),
    );
    if (committedProblems.length === 0 && sameMeaning(committed, loaded)) return clean;
    return { head, dirty: true, differing: named(differing), committedProblems };
  } catch (error) {
    // The commit has no such environment, or git can't read it.
    if (!(error instanceof KnownError)) throw error;
    return { head, dirty: true, differing: named(differing), committedProblems: error.problems };
  }

  function wouldRead(path: string): boolean {
    if (path === `${loaded.name}/${catalogFile}`) return true;
    // As on disk, a name that starts with a dot is no manifest.
    return folders.some((folder) => path.startsWith(`${folder}/`)) && !path.includes('/.') && /\.ya?ml$/i.test(path);
  }
}

/** Line ends never change what a file means, so a file that differs in them alone is not named. */
function named(differing: readonly DifferingFile[]): readonly DifferingFile[] {
  const content = differing.filter(({ lineEndsOnly }) => !lineEndsOnly);
  return content.length === 0 ? differing : content;
}

/** Compares all that an apply takes from an environment's files. */
function sameMeaning(one: LoadedEnvironment, other: LoadedEnvironment): boolean {
  return (
    one.manifestHash === other.manifestHash &&
    sameJson(one.described, other.described) &&
    sameJson(jsonOf(one.catalog), jsonOf(other.catalog))
  );
}

/** The schema of a catalogue, which its type is generated from, allows JSON alone. */
function jsonOf(catalog: LoadedEnvironment['catalog']): JsonObject | undefined {
  return catalog as unknown as JsonObject | undefined;
}
