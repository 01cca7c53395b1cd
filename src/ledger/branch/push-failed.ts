import { KnownError } from '../../model/known-error.js';
import { type BranchLedgerOptions, ledgerName } from './branch-options.js';

/** The error for a push that the remote refused, or that nobody knows the end of. `what` says what it was for. */
export function pushFailed(
  options: BranchLedgerOptions,
  what: string,
  { reason, isRefused }: { readonly reason: string; readonly isRefused: boolean },
): KnownError {
  const { remote, branch } = options;
  const message = `${ledgerName(options)}: ${what}: ${isRefused ? `${remote} refused the push: ${reason}` : reason}`;
  const hint = isRefused
    ? `Runs must be allowed to push to ${branch}, and no rule may want reviews, signatures or another author there.`
    : `See whether a push to ${remote} works here: git signs in as it does there, without prompts.`;
  return new KnownError('LedgerError', message, {
    hint: `${hint} Nothing more is changed without a ledger; the next apply looks at what is live and goes on from there.`,
  });
}
