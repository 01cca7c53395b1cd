import type { Entry } from '../entry.js';
import type { Findings } from './findings.js';
import type { VerifyResult } from './verify.js';

export type { Findings } from './findings.js';

/** What a ledger is held against, as `checked` of the document names it. */
export type CheckName = 'ledger' | 'signatures' | 'audit-log' | 'live' | 'plans' | 'git';

/** One check of a ledger against something else. The ledger is read once, for all of them. */
export interface LedgerCheck {
  readonly name: CheckName;
  /** True when it says nothing of a ledger with a bad entry: what comes behind that one is not known. */
  readonly needsWhole: boolean;
  /** Is given each good entry, in their order. It must stay quick, and keep no more of an entry than it needs. */
  entry(entry: Entry): void;
  /**
   * Adds what it found, once all entries were read; here it may read files or the network. Returns sentences that say
   * what the verdict rests on; undefined where there is nothing to look at, which is then among the findings. Throws a
   * KnownError where a look failed.
   */
  end(result: VerifyResult, findings: Findings): Promise<readonly string[] | undefined>;
}
