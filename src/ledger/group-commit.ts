import type { KnownError } from '../model/known-error.js';
import type { Entry, SealedEntry } from './entry.js';

export interface GroupCommit {
  /** Resolves when the entry is durable. Entries get there in the order of the calls; those in flight go as one group. */
  write(sealed: SealedEntry): Promise<void>;
  /** From now on every write fails with this error; the first one given stays. */
  poison(error: KnownError): void;
  /** Resolves when nothing is in flight any more. Never rejects. */
  idle(): Promise<void>;
}

/** Entries that are made durable together. */
export interface Group {
  /** Their lines, each with its line feed. */
  readonly lines: string;
  readonly last: Entry;
}

interface Waiting {
  readonly sealed: SealedEntry;
  resolve(): void;
  reject(error: KnownError): void;
}

/**
 * Makes entries durable in groups, by `commit`. After the first failure nothing is written any more: what a failed
 * commit left behind is unknown, and an entry behind a gap would break the chain. `failed` says what a failure means.
 * Before each group, `gather` may let more entries come; it never rejects.
 */
export function groupCommit(
  commit: (group: Group) => Promise<void>,
  failed: (error: unknown) => KnownError,
  gather: () => Promise<void> = () => Promise.resolve(),
): GroupCommit {
  let waiting: Waiting[] = [];
  let failure: KnownError | undefined;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    // The other appends of this turn join the first group.
    await Promise.resolve();
    while (waiting.length > 0) {
      await gather();
      const group = waiting;
      waiting = [];
      try {
        if (failure !== undefined) throw failure;
        await commit(groupOf(group));
        for (const one of group) one.resolve();
      } catch (error) {
        failure ??= failed(error);
        for (const one of group) one.reject(failure);
      }
    }
    running = undefined;
  }

  return {
    write(sealed) {
      if (failure !== undefined) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        waiting.push({ sealed, resolve, reject });
        running ??= run();
      });
    },
    poison(error) {
      failure ??= error;
    },
    idle: async () => running,
  };
}

function groupOf(waiting: readonly Waiting[]): Group {
  const last = waiting.at(-1);
  if (last === undefined) throw new Error('a group of no entries');
  return { lines: waiting.map(({ sealed }) => sealed.line).join(''), last: last.sealed.entry };
}
