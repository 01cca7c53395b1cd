import type { DifferingFile } from '../../git/compare-with-head.js';
import { findRepository } from '../../git/find-repository.js';
import { cutProblems } from '../../manifest/sort-problems.js';
import { KnownError } from '../../model/known-error.js';
import type { Problem } from '../../model/problem.js';
import { shellQuote } from '../../model/shell-quote.js';
import { counted } from '../../report/counted.js';
import { runsInCi } from '../ci/runs-in-ci.js';
import type { Context } from '../context.js';
import type { GitState } from '../environment/git-state.js';

/**
 * What is applied in CI must be what a commit holds: nobody could check anything else later. Throws a KnownError
 * (StalePlanError) that names each file if it is not, and if git does not answer. `root` is the manifests' folder as the
 * user named it.
 */
export function refuseUncommitted({ env }: Context, root: string, environment: string, git: GitState): void {
  if (!runsInCi(env) || !git.dirty) return;
  if (git.head === null) {
    const folder = findRepository(root)?.at ?? root;
    throw new KnownError(
      'StalePlanError',
      `environment ${environment}: its manifests are in a git repository, and git does not say which commit they are from: ${git.failure}`,
      {
        hint: `Nothing was written. Install git, and let it trust the owner of the checkout: \`git config --global --add safe.directory ${shellQuote(folder)}\`.`,
      },
    );
  }
  const count = git.differing.length;
  throw new KnownError(
    'StalePlanError',
    `environment ${environment}: its manifests are not those of commit ${git.head}: ${counted(count, 'file')} ${count === 1 ? 'differs' : 'differ'}`,
    {
      hint: 'Nothing was written. Commit these files or undo their changes, then run apply again. Apply takes uncommitted manifests only outside CI.',
      problems: cutProblems(problemsOf(root, git), mostNamed),
    },
  );
}

/** A list of thousands would bury the reason. */
const mostNamed = 50;

function problemsOf(root: string, { head, differing, committedProblems }: GitState): Problem[] {
  // The first problem of a file stands first in the list.
  const committed = new Map(committedProblems.toReversed().map(({ file, message }) => [file, message]));
  return differing.map(({ path, how }): Problem => {
    const file = `${root}/${path}`;
    const why = committed.get(file);
    const inCommit = why === undefined ? '' : ` The file in the commit can't be used: ${why}`;
    const message = `${wordsOf(how, head ?? '')}${inCommit}`;
    return { severity: 'error', code: 'uncommitted', file, line: 1, column: 1, path: '', message };
  });
}

function wordsOf(how: DifferingFile['how'], commit: string): string {
  if (how === 'added') return `Commit ${commit} does not have this file.`;
  if (how === 'missing') return `Commit ${commit} has this file, and the checkout does not.`;
  return `This file differs from commit ${commit}.`;
}
