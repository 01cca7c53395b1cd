import type { RunGit } from './run-git.js';

/** Where a commit stands in history, seen from another one: same, a descendant, an ancestor, or on another line. */
export type CommitOrder = 'same' | 'newer' | 'older' | 'diverged';

/** What git can't tell, and why. */
export interface UnknownOrder {
  readonly unknown: string;
}

/**
 * Tells whether `commit` is the same as `other`, newer, older, or on another line of history, in the repository that holds
 * the folder. Both are whole ids. In a shallow clone "no common line" proves nothing, so the order is unknown there.
 */
export async function commitOrder(
  git: RunGit,
  folder: string,
  commit: string,
  other: string,
): Promise<CommitOrder | UnknownOrder> {
  if (commit === other) return 'same';
  // `merge-base --is-ancestor` says no and fails in the same way; `rev-list` prints nothing or fails.
  const onlyInOther = await git(folder, ['rev-list', '--max-count=1', other, `^${commit}`]);
  if (!onlyInOther.ok) return { unknown: await whyUnknown(git, folder, other, onlyInOther.reason) };
  if (onlyInOther.stdout.length === 0) return 'newer';
  const onlyInCommit = await git(folder, ['rev-list', '--max-count=1', commit, `^${other}`]);
  if (!onlyInCommit.ok) return { unknown: onlyInCommit.reason };
  if (onlyInCommit.stdout.length === 0) return 'older';
  const shallow = await isShallow(git, folder);
  return shallow === 'false' ? 'diverged' : { unknown: 'this clone is shallow and does not have the whole history' };
}

async function whyUnknown(git: RunGit, folder: string, commit: string, reason: string): Promise<string> {
  const there = await git(folder, ['cat-file', '-e', `${commit}^{commit}`]);
  const shallow = await isShallow(git, folder);
  if (there.ok || shallow === '') return reason;
  return `this clone${shallow === 'true' ? ', which is shallow,' : ''} does not have commit ${commit}`;
}

/** `true` or `false`; empty if git does not answer. */
async function isShallow(git: RunGit, folder: string): Promise<string> {
  const answer = await git(folder, ['rev-parse', '--is-shallow-repository']);
  return answer.ok ? answer.stdout.toString('utf8').trim() : '';
}
