import type { RemoteBranch } from '../../git/remote-branch.js';
import { KnownError } from '../../model/known-error.js';
import { thisMachine } from '../this-machine.js';
import { type Advanced, advanceBranch } from './advance-branch.js';
import type { BranchFolder } from './branch-folder.js';
import { type BranchLedgerOptions, ledgerName } from './branch-options.js';
import { filesOf } from './files-of.js';
import { type Holder, holderText, holderWords, isDead } from './holder.js';
import { look } from './look.js';
import { makeBlob } from './make-commit.js';
import { pushFailed } from './push-failed.js';
import { readHolder } from './read-holder.js';

/** Milliseconds without a change after which a run that holds a ledger is taken for dead. It renews it much sooner. */
export const STALE = 60_000;
const POLL = 4_000;

/** An environment's folder on the branch that this run holds. */
export interface HeldFolder {
  readonly holder: Holder;
  /** As the branch has it, this run's holder file included. */
  readonly folder: BranchFolder;
  /** Before the branch took it, in milliseconds since 1970. */
  readonly pushedAt: number;
}

/**
 * Takes the environment's folder for this run. While another run holds it, this one watches: one that gives a sign of life
 * keeps it, and one that gives none for a minute by this machine's clock is dead. No clocks of two machines are compared.
 * Throws a LedgerError that names the other run, and an InterruptedError.
 */
export async function holdFolder(options: BranchLedgerOptions, remote: RemoteBranch): Promise<HeldFolder> {
  const machine = await thisMachine();
  const { clock, random, claimed, pid, hostname } = options;
  const since = new Date(clock.now()).toISOString();
  const { actor, run: url } = claimed;
  const holder: Holder = { run: random.uuid(), actor, url, pid, hostname, since, ...machine };
  const blob = await makeBlob(options, holderText(holder, 0));
  for (let watched: Watched | undefined; ; ) {
    const folder = await look(options, remote);
    const other = folder.holder === undefined ? undefined : await readHolder(options, folder.holder);
    const isFree = folder.holder === undefined || (other !== undefined && isDead(other, machine, options.isAlive));
    if (!isFree) {
      if (watched !== undefined && isOther(watched, folder, other)) throw heldBy(options, other);
      if (watched === undefined || watched.slept < STALE) {
        watched = await watch(options, watched, folder, other);
        continue;
      }
      options.say(`${ledgerName(options)}: no sign of life of ${holderWords(other)}: this run takes over.`);
    }
    const files = new Map([...filesOf(folder), ['holder', blob]]);
    const message = `${options.environment}: held by ${holderWords(holder)}`;
    const advanced = await advanceBranch(options, remote, { on: folder, files, pending: new Set(), message });
    if (advanced.outcome === 'accepted') return held(holder, folder, blob, advanced);
    if (advanced.outcome === 'failed') throw pushFailed(options, 'it could not be taken', advanced);
    // Another run was faster: that one is to be watched.
  }
}

interface Watched {
  readonly run: string | undefined;
  readonly tree: string | undefined;
  /** Milliseconds that were really waited, whatever the clock was set to meanwhile. */
  readonly slept: number;
}

function isOther(watched: Watched, { tree }: BranchFolder, other: Holder | undefined): boolean {
  return watched.tree !== tree || watched.run !== other?.run;
}

/** Waits a little for another run, and says so once. */
async function watch(
  options: BranchLedgerOptions,
  before: Watched | undefined,
  { tree }: BranchFolder,
  other: Holder | undefined,
): Promise<Watched> {
  const { clock, interrupt, say } = options;
  if (before === undefined) {
    say(
      `${ledgerName(options)}: it is held by ${holderWords(other)}. Waiting up to ${STALE / 1000} s for a sign of life of that run: without one, this run takes over.`,
    );
  }
  await clock.sleep(POLL, interrupt);
  if (interrupt.aborted) throw new KnownError('InterruptedError', 'the run was interrupted before it wrote anything');
  return { run: other?.run, tree, slept: (before?.slept ?? 0) + POLL };
}

function held(
  holder: Holder,
  folder: BranchFolder,
  blob: string,
  { at, pushedAt }: Extract<Advanced, { outcome: 'accepted' }>,
): HeldFolder {
  return { holder, pushedAt, folder: { ...folder, ...at, holder: blob } };
}

function heldBy(options: BranchLedgerOptions, other: Holder | undefined): KnownError {
  const message = `${ledgerName(options)}: it is held by ${holderWords(other)}, and only one run may write it`;
  return new KnownError('LedgerError', message, {
    hint: `Wait for that run to end. If it dies, its ledger is free ${STALE / 1000} seconds after its death.`,
  });
}
