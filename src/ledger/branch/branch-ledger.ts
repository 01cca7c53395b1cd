import { readBlobs } from '../../git/read-blobs.js';
import { openRemoteBranch, type RemoteBranch } from '../../git/remote-branch.js';
import { fileFault } from '../../model/file-fault.js';
import { KnownError } from '../../model/known-error.js';
import { MAX_NOTE } from '../checkpoint/signed-note.js';
import type { LineSource } from '../file/read-lines.js';
import type { GroupCommit } from '../group-commit.js';
import type { LedgerStore, OpenedStore } from '../ledger-store.js';
import type { BranchFolder } from './branch-folder.js';
import { type BranchLedgerOptions, ledgerName } from './branch-options.js';
import { type FolderWriter, openFolderWriter } from './folder-writer.js';
import { gatheringCommit } from './gathering-commit.js';
import { holdFolder, STALE } from './hold-folder.js';
import { look } from './look.js';
import { segmentLines } from './segment-lines.js';

/** A run that pushed nothing for so long gives a sign of life. */
const BEAT = 20_000;
/** After a sign of life that could not be given, the next one is tried so soon. */
const AGAIN = 5_000;
/** Without one for so long, another run may be about to take over: nothing leaves any more. */
const LEASE = STALE - 10_000;

/** A ledger in segments on a branch of a git remote (docs/ledger.md, "A ledger on a branch"). */
export function branchLedger(options: BranchLedgerOptions): LedgerStore {
  const remote = openRemoteBranch(options);
  return {
    name: ledgerName(options),
    read: () => readNow(options, remote),
    async readCheckpoint() {
      await checkRemote(options, remote);
      return readCheckpoint(options, await look(options, remote));
    },
    async open() {
      await checkRemote(options, remote);
      return openHeld(options, remote);
    },
  };
}

/** Throws a ConfigurationError for a remote that git would take for something else. */
async function checkRemote(options: BranchLedgerOptions, remote: RemoteBranch): Promise<void> {
  const fault = await remote.fault();
  if (fault === undefined) return;
  throw new KnownError('ConfigurationError', `${ledgerName(options)}: ${fault.message}`, { hint: fault.hint });
}

async function* readNow(options: BranchLedgerOptions, remote: RemoteBranch): LineSource {
  await checkRemote(options, remote);
  const { segments } = await look(options, remote);
  yield* segmentLines(options.git.read, options.folder, segments, ledgerName(options));
}

async function readCheckpoint(
  { git, folder }: BranchLedgerOptions,
  { checkpoint }: BranchFolder,
): Promise<string | undefined> {
  if (checkpoint === undefined) return undefined;
  const bytes = (await readBlobs(git.read, folder, [checkpoint])).get(checkpoint);
  return bytes?.toString('utf8', 0, MAX_NOTE + 1);
}

async function openHeld(options: BranchLedgerOptions, remote: RemoteBranch): Promise<OpenedStore> {
  const held = await holdFolder(options, remote);
  const writer = openFolderWriter(options, remote, held);
  const takeTurn = turns();
  const closing = new AbortController();
  let lost: KnownError | undefined;
  let commit: GroupCommit | undefined;
  const lose = (error: KnownError) => {
    lost ??= error;
    commit?.poison(error);
  };
  const beating = beat(options, writer, takeTurn, closing.signal).catch((error: unknown) =>
    lose(asKnown(options, error)),
  );

  async function close(): Promise<void> {
    await commit?.idle();
    closing.abort();
    await beating;
    const wasLost = lost;
    lose(new KnownError('LedgerError', `${ledgerName(options)}: it was closed already`));
    // Another run's is not ours to give back.
    if (wasLost !== undefined) return;
    try {
      await takeTurn(() => writer.release());
    } catch (error) {
      const known = asKnown(options, error);
      options.say(`warning: ${known.message}. The next run waits ${STALE / 1000} s before it takes over.`);
      if (!writer.isSigned()) throw known;
    }
  }

  let closed: Promise<void> | undefined;
  return {
    read: () => segmentLines(options.git.read, options.folder, held.folder.segments, ledgerName(options)),
    readCheckpoint: () => readCheckpoint(options, held.folder),
    writer(end, checkpoint) {
      writer.begin(end, checkpoint);
      commit = gatheringCommit(
        options.clock,
        (group) => takeTurn(() => writer.add(group)),
        (error) => asKnown(options, error),
      );
      if (lost !== undefined) commit.poison(lost);
      return commit;
    },
    lost: () => lost ?? expired(options, writer),
    close: () => (closed ??= close()),
  };
}

/** Renews what is held while nothing else is pushed. Rejects where it is another run's by now. */
async function beat(
  { clock }: BranchLedgerOptions,
  writer: FolderWriter,
  takeTurn: <T>(work: () => Promise<T>) => Promise<T>,
  closing: AbortSignal,
): Promise<void> {
  for (let wait = BEAT; ; ) {
    await clock.sleep(wait, closing);
    if (closing.aborted) return;
    const quiet = Math.abs(clock.now() - writer.pushedAt());
    if (quiet < BEAT) wait = BEAT - quiet;
    else wait = (await takeTurn(() => writer.renew())) ? BEAT : AGAIN;
  }
}

/** A clock that was set back tells nothing, so that counts as too long, too. */
function expired(options: BranchLedgerOptions, writer: FolderWriter): KnownError | undefined {
  const quiet = options.clock.now() - writer.pushedAt();
  if (quiet >= 0 && quiet < LEASE) return undefined;
  const message = `${ledgerName(options)}: no push arrived for ${LEASE / 1000} s, so another run may have taken over`;
  return new KnownError('LedgerError', message, {
    hint: 'Nothing more is changed. Apply again: it goes on from what is live.',
  });
}

/** One after the other, in the order of the calls. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = before.then(work);
    before = mine.catch(() => undefined);
    return mine;
  };
}

function asKnown(options: BranchLedgerOptions, error: unknown): KnownError {
  if (error instanceof KnownError) return error;
  return new KnownError('LedgerError', `${ledgerName(options)}: it can't be written: ${fileFault(error).words}`, {
    cause: error,
  });
}
