import path from 'node:path';
import { openGit } from '../../git/git.js';
import { isTracked } from '../../git/is-tracked.js';
import { openPlumbing } from '../../git/plumbing.js';
import { branchLedger } from '../../ledger/branch/branch-ledger.js';
import { fileLedger } from '../../ledger/file/file-ledger.js';
import { ledgerFile } from '../../ledger/file/ledger-file.js';
import type { LedgerStore } from '../../ledger/ledger-store.js';
import type { EnvironmentSettings } from '../../manifest/environment-settings.js';
import { KnownError } from '../../model/known-error.js';
import type { LedgerBranch } from '../../model/trusted-settings.js';
import { claimsOf } from '../ci/claims.js';
import { runsInCi } from '../ci/runs-in-ci.js';
import { type Context, type SharedOptions, say } from '../context.js';

/** What says where an environment's ledger is. */
type LedgerPlace = Pick<EnvironmentSettings, 'ledgerPath' | 'ledgerBranch'> | undefined;

/**
 * The ledger of an environment: in `--ledger`, else where the environment says, a folder or a branch, else in
 * `.cxone-gitops` of the current folder.
 */
export function ledgerStore(
  context: Context,
  options: SharedOptions,
  settings: LedgerPlace,
  environment: string,
): LedgerStore {
  const { clock, pid, hostname, isAlive } = context;
  const onBranch = branchOf(options, settings);
  if (onBranch !== undefined) {
    return branchLedger({
      ...onBranch,
      environment,
      clock,
      pid,
      hostname,
      isAlive,
      git: openPlumbing(context.env),
      folder: path.resolve(context.cwd, options.root),
      random: context.random,
      claimed: claimsOf(context),
      interrupt: context.interrupt,
      say: (line) => say(context, options, line),
    });
  }
  return fileLedger({ folder: ledgerFolder(context, options, settings), environment, clock, pid, hostname, isAlive });
}

/** The operator's folder comes first. */
function branchOf({ ledger }: SharedOptions, settings: LedgerPlace): LedgerBranch | undefined {
  return ledger === undefined ? settings?.ledgerBranch : undefined;
}

function ledgerFolder(context: Context, { ledger }: SharedOptions, settings: LedgerPlace): string {
  return path.resolve(context.cwd, ledger ?? settings?.ledgerPath ?? '.cxone-gitops');
}

/**
 * A ledger that git tracks came with the manifests: a pull request would say by it what was applied, and by whose
 * settings, and could have a value held against a digest of its choice. Throws a KnownError for one.
 */
export async function refuseTrackedLedger(
  context: Context,
  options: SharedOptions,
  settings: LedgerPlace,
  environment: string,
): Promise<void> {
  if (branchOf(options, settings) !== undefined) return;
  const file = ledgerFile(ledgerFolder(context, options, settings), environment);
  if ((await isTracked(openGit(context.env), file)) === true) throw trackedLedger(file);
}

/**
 * A ledger that git tracks would be published, and taken back by the next checkout: refused. One that lives on a CI
 * runner's disk goes with the runner: a warning, and an error where the operator asked for that.
 */
export async function checkLedgerPlace(
  context: Context,
  options: SharedOptions & { readonly requireDurableLedger?: boolean },
  settings: LedgerPlace,
  environment: string,
): Promise<void> {
  // A branch of a remote outlives every runner, and never comes with a checkout.
  if (branchOf(options, settings) !== undefined) return;
  const file = ledgerFile(ledgerFolder(context, options, settings), environment);
  const tracked = await isTracked(openGit(context.env), file);
  if (tracked === undefined) {
    say(
      context,
      options,
      `warning: ${file}: git does not say whether it tracks this ledger. Git must be installed, and trust the owner of the checkout (safe.directory).`,
    );
  }
  if (tracked === true) throw trackedLedger(file);
  if (!runsInCi(context.env)) return;
  const message = `${file}: this ledger is on the runner's disk and may go with it`;
  const hint = 'Keep its folder in a cache or a volume, and name it with --ledger.';
  if (options.requireDurableLedger === true) throw new KnownError('ConfigurationError', message, { hint });
  say(context, options, `warning: ${message}. ${hint}`);
}

function trackedLedger(file: string): KnownError {
  return new KnownError('ConfigurationError', `${file}: git tracks this ledger`, {
    hint: 'Take it out with `git rm --cached` and add its folder to .gitignore.',
  });
}
