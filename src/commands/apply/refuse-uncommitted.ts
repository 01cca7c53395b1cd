import { findRepository } from '../../git/find-repository.js';
import type { GitState } from '../../git/git-state.js';
import { KnownError } from '../../model/known-error.js';
import type { Context } from '../context.js';

/**
 * What is applied in CI must be what a commit holds: nobody could check anything else later. Throws a KnownError
 * (StalePlanError) where it is not, and where git does not say.
 */
export function refuseUncommitted({ env }: Context, root: string, environment: string, git: GitState): void {
  if ((env['CI'] ?? '') === '') return;
  if (git.dirty) {
    throw new KnownError(
      'StalePlanError',
      `environment ${environment}: its manifests are not exactly those of commit ${git.head}`,
      { hint: 'Nothing was written. Commit them, or apply outside CI.' },
    );
  }
  if (git.head !== null || findRepository(root) === undefined) return;
  throw new KnownError(
    'StalePlanError',
    `environment ${environment}: its manifests are in a repository, and git does not say which commit they are from`,
    { hint: 'Nothing was written. Git must be installed, and trust the owner of the checkout (safe.directory).' },
  );
}
