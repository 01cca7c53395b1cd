import type { Clock } from '../../model/clock.js';
import type { KnownError } from '../../model/known-error.js';
import { type Group, type GroupCommit, groupCommit } from '../group-commit.js';
import { openGather } from './gather.js';

/** Commits groups of entries by `push`, each of which waits a little for entries that are about to come (gather.ts). */
export function gatheringCommit(
  clock: Clock,
  push: (group: Group) => Promise<void>,
  failed: (error: unknown) => KnownError,
): GroupCommit {
  const gather = openGather(clock);
  const timed = async (group: Group) => {
    const start = clock.now();
    await push(group);
    gather.pushed(group.last.seq, clock.now() - start);
  };
  const commit = groupCommit(timed, failed, () => gather.wait());
  return {
    ...commit,
    write(sealed) {
      gather.written(sealed.entry);
      return commit.write(sealed);
    },
  };
}
