import { KnownError } from '../model/known-error.js';
import type { Git } from './git.js';

/** What a repository knows of a commit. unreachable: it is there, and no branch, tag or HEAD leads to it. */
export type KnownCommit = 'there' | 'unreachable' | 'missing';

/**
 * Looks up commits by their whole ids in the repository that holds the folder, by two git processes however many there
 * are. Throws a KnownError where git gives no answer.
 */
export async function knownCommits(
  git: Git,
  folder: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownCommit>> {
  const listed = await git(folder, ['cat-file', '--batch-check'], ['HEAD', ...ids, ''].join('\n'));
  if (listed === undefined) throw noAnswer(folder);
  // `id SP type SP size`, or what was asked for and `missing`.
  const commits = listed
    .toString('latin1')
    .split('\n')
    .map((line) => /^([0-9a-f]+) commit /.exec(line)?.[1]);
  // Before its first commit, HEAD leads nowhere.
  const [head, ...rest] = commits;
  const there = rest.filter((id) => id !== undefined);
  const asked = [...there, ...(head === undefined ? [] : [`^${head}`]), ''].join('\n');
  // Not --all: whoever may open a pull request may push to `refs/pull/`, and a mirror has that, too.
  const loose = await git(folder, ['rev-list', '--stdin', '--not', '--branches', '--remotes', '--tags'], asked);
  if (loose === undefined) throw noAnswer(folder);
  const unreachable = new Set(loose.toString('latin1').split('\n'));
  const known = new Map(ids.map((id): [string, KnownCommit] => [id, 'missing']));
  for (const id of there) known.set(id, unreachable.has(id) ? 'unreachable' : 'there');
  return known;
}

function noAnswer(folder: string): KnownError {
  return new KnownError('FileError', `${folder}: git can't look up the commits that the ledger names`, {
    hint: 'Git must be installed, and trust the owner of the checkout (safe.directory).',
  });
}
