import { commitOrder } from '../../git/commit-order.js';
import { openReadingGit } from '../../git/git.js';
import type { LedgerState } from '../../ledger/ledger-state.js';
import { KnownError } from '../../model/known-error.js';
import type { Context } from '../context.js';
import type { GitState } from '../environment/git-state.js';
import type { PassedRefusal } from './override.js';

/** What the order of two commits means for an apply. */
export interface CheckedOrder {
  /** Why nothing may be applied: the commit is older than the last one that the ledger records. */
  readonly older?: KnownError;
  /** What `--override` passes: git can't tell the order. */
  readonly passed: readonly PassedRefusal[];
}

interface OrderOptions {
  readonly root: string;
  /** An operator's reason. If it names the recorded commit, it passes an order that git can't tell. */
  readonly override?: string;
}

/**
 * Compares the commit of the manifests with the last one that the ledger records: two merges may be applied in the wrong
 * order, and the older one would undo the newer one (docs/semantics.md, "Older commits"). Throws a KnownError
 * (ConfigurationError) if git can't tell and nobody overrides that.
 */
export async function checkCommitOrder(
  { env }: Pick<Context, 'env'>,
  { root, override }: OrderOptions,
  environment: string,
  { head, failure }: Pick<GitState, 'head' | 'failure'>,
  { lastCommit }: Pick<LedgerState, 'lastCommit'>,
): Promise<CheckedOrder> {
  if (lastCommit === undefined || (head === null && failure === undefined)) return { passed: [] };
  const { id, seq } = lastCommit;
  const last = `commit ${id}, the last one that the ledger records (entry ${seq})`;
  const order = head === null ? { unknown: failure ?? '' } : await commitOrder(openReadingGit(env), root, head, id);
  if (order === 'older') {
    const message = `environment ${environment}: commit ${head} is older than ${last}`;
    return { older: new KnownError('StalePlanError', message, { hint: olderHint }), passed: [] };
  }
  if (typeof order === 'string') return { passed: [] };
  const own = head === null ? 'the commit of its manifests' : `commit ${head}`;
  const message = `environment ${environment}: git can't tell whether ${own} is older than ${last}: ${order.unknown}`;
  // A reason that is meant for a guardrail must not pass this too: the clone may only be out of date.
  if (override?.includes(id) === true) return { passed: [{ code: 'commit-order-unknown', id }] };
  throw new KnownError('ConfigurationError', message, {
    hint: `Nothing was written. Fetch the whole history: \`fetch-depth: 0\` in GitHub Actions, \`git fetch --unshallow\`, or \`git fetch origin ${id}\`. If no repository has that commit any more, an operator adds \`--override '${id} is lost: REASON'\`.`,
  });
}

const olderHint =
  'Nothing was written. Check out the newest commit and run apply again. To go back, revert the later commits with `git revert`, and apply the commit that this makes.';
