import type { Pushed, RemoteBranch } from '../../git/remote-branch.js';
import { KnownError } from '../../model/known-error.js';
import type { BranchFolder } from './branch-folder.js';
import type { BranchLedgerOptions } from './branch-options.js';
import { backoff, look, TRIES, UNREACHABLE } from './look.js';
import { makeCommit, makeFolderTree } from './make-commit.js';

/** A folder that is to take the place of another. */
export interface Advance {
  /** What the branch held when this run looked, or pushed, last. */
  readonly on: Pick<BranchFolder, 'tip' | 'root' | 'tree'>;
  /** Blobs by the names of the files that the environment's folder is to have, all of them. */
  readonly files: ReadonlyMap<string, string>;
  /** Trees that this run pushed without an answer: they may be there by now. */
  readonly pending: ReadonlySet<string>;
  readonly message: string;
}

export type Advanced =
  /** `at` is what the branch holds now; `pushedAt` (milliseconds since 1970) is before it took that. */
  | {
      readonly outcome: 'accepted';
      readonly at: Pick<BranchFolder, 'tip' | 'root' | 'tree'>;
      readonly pushedAt: number;
    }
  /** The environment's folder is not as this run left it: another one wrote there. */
  | { readonly outcome: 'overtaken'; readonly by: BranchFolder }
  /** `tree` may get there yet, unless the remote refused it. */
  | { readonly outcome: 'failed'; readonly reason: string; readonly isRefused: boolean; readonly tree: string };

/** How often a push makes way for those of other environments. */
const RACES = 60;

/**
 * Puts a new folder of one environment on the branch by a fast-forward: the push is refused when anybody has pushed since,
 * which is the compare-and-swap that keeps two runs apart. Where only other environments were written, it is made anew on
 * top of them. A push without an answer is looked after: it may have arrived. Throws a LedgerError where git can't write
 * to its own repository, or the branch was rewritten.
 */
export async function advanceBranch(
  options: BranchLedgerOptions,
  remote: RemoteBranch,
  { on: start, files, pending, message }: Advance,
): Promise<Advanced> {
  const tree = await makeFolderTree(options, files);
  let on = start;
  let [commit, pushedAt] = [await makeCommit(options, on, tree, message), options.clock.now()];
  let [failures, races] = [0, 0];
  for (;;) {
    const pushed = await remote.push(commit);
    if (pushed.outcome === 'accepted') return { outcome: 'accepted', at: at(options, on, commit, tree), pushedAt };
    const now = await lookAfter(options, remote, pushed);
    if ('reason' in now) return { outcome: 'failed', ...now, isRefused: false, tree };
    if (now.tip !== undefined && (await remote.isAncestor(commit, now.tip))) {
      return now.tree === tree ? { outcome: 'accepted', at: now, pushedAt } : { outcome: 'overtaken', by: now };
    }
    if (now.tree !== start.tree && !pending.has(now.tree ?? '')) return { outcome: 'overtaken', by: now };
    if (now.tip === on.tip) {
      const isRefused = pushed.outcome === 'refused' && !pushed.isBehind;
      failures += 1;
      if (isRefused || failures === TRIES.writing) {
        return { outcome: 'failed', reason: pushed.reason, isRefused, tree };
      }
      // The same commit again: should the first one arrive after all, it is the same.
      await options.clock.sleep(backoff(options, failures - 1));
      continue;
    }
    races += 1;
    if (races === RACES) {
      return { outcome: 'failed', reason: 'other environments push all the time', isRefused: false, tree };
    }
    await options.clock.sleep(backoff(options, Math.min(races - 1, 3), 25));
    on = now;
    [commit, pushedAt] = [await makeCommit(options, on, tree, message), options.clock.now()];
  }
}

/** What is there after a push that was not accepted, or why nobody can say. */
async function lookAfter(
  options: BranchLedgerOptions,
  remote: RemoteBranch,
  { reason }: Exclude<Pushed, { outcome: 'accepted' }>,
): Promise<BranchFolder | { readonly reason: string }> {
  try {
    return await look(options, remote, TRIES.writing);
  } catch (error) {
    if (!(error instanceof KnownError) || error.cause !== UNREACHABLE) throw error;
    return { reason };
  }
}

function at(
  { environment }: BranchLedgerOptions,
  { root }: Pick<BranchFolder, 'root'>,
  tip: string,
  tree: string,
): Pick<BranchFolder, 'tip' | 'root' | 'tree'> {
  const others = root.filter(({ name }) => name !== environment);
  return { tip, tree, root: [...others, { mode: '040000', type: 'tree', id: tree, name: environment }] };
}
