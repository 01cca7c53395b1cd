import { type Findings, openFindings } from '../../ledger/verify/findings.js';
import type { CheckName, LedgerCheck } from '../../ledger/verify/ledger-check.js';
import type { VerifyResult } from '../../ledger/verify/verify.js';

/** What the checks found that a ledger was to be held against. */
export interface CheckResults {
  readonly findings: Findings;
  /** What was looked at; the ledger itself always is. */
  readonly checked: readonly CheckName[];
  /** What the verdict rests on, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Ends each check, once the ledger was read. Behind a bad entry nothing is known, so those that need a whole ledger are
 * left out. Throws a KnownError where one can't look.
 */
export async function runChecks(checks: readonly LedgerCheck[], result: VerifyResult): Promise<CheckResults> {
  const findings = openFindings();
  const checked: CheckName[] = ['ledger'];
  const notes: string[] = [];
  const isBroken = result.fault !== undefined && result.fault.code !== 'empty';
  for (const check of checks) {
    if (check.needsWhole && isBroken) continue;
    const said = await check.end(result, findings);
    if (said === undefined) continue;
    notes.push(...said);
    checked.push(check.name);
  }
  return { findings, checked, notes };
}
