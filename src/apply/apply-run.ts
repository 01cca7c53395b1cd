import type { CxoneWriter } from '../cxone/connect.js';
import type { Ledger, OutcomeEntry } from '../ledger/open-ledger.js';
import type { Clock } from '../model/clock.js';
import type { Claimed, GitCommit } from '../model/generated/ledger-entry.js';
import type { HeaderValues } from './header-values.js';
import type { OutcomeError, Progress } from './progress.js';

/** What every step of one apply shares. */
export interface ApplyRun {
  readonly writer: CxoneWriter;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly planHash: string;
  /** The hash of the saved plan that this run does the rest of; undefined where it is that plan itself. */
  readonly savedPlan?: string;
  /** The commit of the manifests, and who started the run and why: claims, recorded as such. */
  readonly git: GitCommit | null;
  readonly claimed: Claimed;
  /** The request time-out and the time after which a listing shows what was created, in milliseconds. */
  readonly timeoutMs: number;
  readonly listLagMs: number;
  /** Printed identity to remote id; grows with each create. */
  readonly remoteIds: Map<string, string>;
  /** Remote id to what states call it; grows with each create. */
  readonly identities: Map<string, string>;
  readonly headers: HeaderValues;
  /** Aborted: what has not left does not leave, but for what finishes a shift of traffic. */
  readonly interrupt: AbortSignal;
  /** True once the run should start nothing new: interrupted, or its credentials or its ledger failed. */
  stopping(): boolean;
  /** Why it should, in words for what is not attempted. */
  whyStopped(): OutcomeError;
  stop(): void;
  /** Sends the audit event of a durable outcome in the background; its log id goes to `progress`. */
  deliver(outcome: OutcomeEntry, progress: Progress): void;
}
