import type { Failed, RemoteBranch } from '../../git/remote-branch.js';
import { KnownError } from '../../model/known-error.js';
import { type BranchFolder, readFolder } from './branch-folder.js';
import { type BranchLedgerOptions, ledgerName } from './branch-options.js';

/** How often a remote that gives no answer is asked in all: whoever only reads can be told sooner than a run in mid-write. */
export const TRIES = { reading: 3, writing: 6 };
/** What is waited in between at first, in milliseconds. */
const FIRST_WAIT = 400;
/** The `cause` of the error for a remote that gives no answer: everything else says something of the branch. */
export const UNREACHABLE = 'the remote gives no answer';

/**
 * What the remote has of the ledger now, fetched. No branch is an empty ledger, unless this clone has seen one. Throws a
 * LedgerError for a remote that gives no answer, and for a branch that was rewritten, cut back or deleted since this
 * clone saw it last (a fresh clone can't tell).
 */
export async function look(
  options: BranchLedgerOptions,
  remote: RemoteBranch,
  tries: number = TRIES.reading,
): Promise<BranchFolder> {
  const before = await remote.seen();
  const tip = await asking(options, tries, () => tipOf(options, remote, before));
  if (tip !== undefined && tip !== before) await remote.see(tip, before);
  return asking(options, tries, () => folderAt(options, remote, tip));
}

/** Milliseconds to wait after the nth failure: longer each time, and not as long as another run that failed likewise. */
export function backoff({ random }: Pick<BranchLedgerOptions, 'random'>, nth: number, first = FIRST_WAIT): number {
  return Math.round(first * 2 ** Math.min(nth, 5) * (0.5 + random.fraction()));
}

/** Asks again where the answer says that asking failed. */
async function asking<T>(options: BranchLedgerOptions, tries: number, ask: () => Promise<T | Failed>): Promise<T> {
  for (let nth = 0; ; nth += 1) {
    const answer = await ask();
    if (!isFailed(answer)) return answer;
    if (nth + 1 === tries) {
      throw new KnownError('LedgerError', `${ledgerName(options)}: it can't be read: ${answer.failed}`, {
        hint: `See whether \`git ls-remote ${options.remote}\` works here: git signs in as it does there, without prompts.`,
        cause: UNREACHABLE,
      });
    }
    await options.clock.sleep(backoff(options, nth));
  }
}

function isFailed(answer: unknown): answer is Failed {
  return typeof answer === 'object' && answer !== null && 'failed' in answer;
}

async function tipOf(
  options: BranchLedgerOptions,
  remote: RemoteBranch,
  before: string | undefined,
): Promise<string | undefined | Failed> {
  const found = await remote.tip();
  if ('failed' in found) return found;
  const { id } = found;
  if (id === undefined) {
    if (before !== undefined) throw rewritten(options, remote, before, 'the branch is gone from the remote');
    return undefined;
  }
  if (id === before) return id;
  if (!(await isHere(options, id))) {
    const failure = await remote.fetch();
    if (failure !== undefined) return failure;
    // Somebody may have pushed since, and a shallow fetch then brought only that.
    if (!(await isHere(options, id))) return { failed: `${id} can't be fetched` };
  }
  if (before === undefined || (await remote.isAncestor(before, id))) return id;
  await remote.deepen();
  if (await remote.isAncestor(before, id)) return id;
  if (await remote.isAncestor(id, before)) {
    throw rewritten(
      options,
      remote,
      before,
      `the branch was cut back to ${id.slice(0, 12)}: entries that were there are gone`,
    );
  }
  throw rewritten(
    options,
    remote,
    before,
    `the branch was rewritten: ${id.slice(0, 12)} does not come after what was there`,
  );
}

async function isHere({ git, folder }: BranchLedgerOptions, commit: string): Promise<boolean> {
  return (await git.read(folder, ['cat-file', '-e', `${commit}^{commit}`])) !== undefined;
}

async function folderAt(
  options: BranchLedgerOptions,
  remote: RemoteBranch,
  tip: string | undefined,
): Promise<BranchFolder | Failed> {
  const { git, folder, environment } = options;
  let found = await readFolder(git.read, folder, tip, environment);
  if ('missing' in found) {
    const failure = await remote.fetch({ anew: true });
    if (failure !== undefined) return failure;
    found = await readFolder(git.read, folder, tip, environment);
  }
  if ('missing' in found) return { failed: 'git lacks objects of it, and a fetch does not bring them' };
  if (!('odd' in found)) return found;
  throw new KnownError('LedgerError', `${ledgerName(options)}: ${found.odd}`, {
    hint: 'Nothing is written there. Look at who pushed that, and take it away by a commit on top.',
  });
}

function rewritten(options: BranchLedgerOptions, { seenRef }: RemoteBranch, before: string, what: string): KnownError {
  const { remote, branch } = options;
  return new KnownError('LedgerError', `${ledgerName(options)}: ${what}`, {
    hint: `A ledger is only ever added to. This clone still has what was there: \`git log ${before.slice(0, 12)}\`, and \`git push ${remote} ${before.slice(0, 12)}:refs/heads/${branch}\` brings it back where that adds to it. Where the change was meant, \`git update-ref -d ${seenRef}\` makes this clone forget.`,
  });
}
