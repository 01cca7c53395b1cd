import type { Plumbing } from '../../git/plumbing.js';
import type { Clock } from '../../model/clock.js';

/** What a ledger on a branch works with. */
export interface BranchLedgerOptions {
  readonly git: Plumbing;
  /** The manifests' root: the remotes of its repository are meant. */
  readonly folder: string;
  readonly remote: string;
  readonly branch: string;
  readonly environment: string;
  readonly clock: Clock;
  readonly random: { readonly uuid: () => string; readonly fraction: () => number };
  /** Who runs it, for whoever has to wait. */
  readonly claimed: { readonly actor: string | null; readonly run: string | null };
  readonly pid: number;
  readonly hostname: string;
  /** Whether a process of this machine still runs: what a run held that was killed is free at once. */
  readonly isAlive?: ((pid: number) => boolean) | undefined;
  /** Aborted: a run that waits for another one ends. What it holds itself it still writes to the end. */
  readonly interrupt: AbortSignal;
  /** Tells the user why nothing seems to happen. */
  readonly say: (line: string) => void;
}

/** What messages call the ledger: `prod on cxone-gitops/ledger of origin`. */
export function ledgerName({ environment, branch, remote }: Omit<BranchLedgerOptions, 'git'>): string {
  return `${environment} on ${branch} of ${remote}`;
}
