import type { EntryOf } from '../../ledger/entry.js';
import type { Ledger } from '../../ledger/open-ledger.js';
import type { Claimed } from '../../model/generated/ledger-entry.js';
import type { Plan } from '../../model/generated/plan.js';
import { KnownError } from '../../model/known-error.js';

/**
 * Records that an apply ended, also one that had nothing to do: the commit counts for later runs (docs/semantics.md,
 * "Older commits"). Returns why the ledger could not take the entry; undefined once the entry is durable.
 */
export async function recordRun(
  ledger: Pick<Ledger, 'append'>,
  { git, manifestHash, planHash }: Plan,
  status: EntryOf<'run'>['status'],
  claimed: Claimed,
): Promise<KnownError | undefined> {
  // Manifests that no commit holds say nothing about a commit.
  const commit = git.dirty ? null : git.head;
  try {
    await ledger.append({ kind: 'run', commit, manifestHash, planHash, status, claimed });
    return undefined;
  } catch (error) {
    if (error instanceof KnownError) return error;
    throw error;
  }
}
