import type { ApplyResult } from '../../apply/apply-plan.js';
import type { Progress } from '../../apply/progress.js';
import { ExitCode } from '../../model/exit-code.js';

/**
 * The exit code of an apply. With nothing written it tells why nothing could be; once anything is written or unknown,
 * whether the rest is (docs/semantics.md, "Exit codes").
 */
export function applyExitCode(
  { progress, fatal }: Pick<ApplyResult, 'progress' | 'fatal'>,
  audit: { readonly pending: number; readonly unknown: number },
  interrupted: boolean,
): ExitCode {
  const left = progress.filter(({ status }) => status !== 'applied' && status !== 'already-applied');
  const wrote = progress.some(({ written, status }) => written || status === 'unknown');
  if (left.length > 0) {
    if (interrupted) return ExitCode.interrupted;
    return wrote ? ExitCode.incomplete : reasonNothingWasWritten(left, fatal?.exitCode);
  }
  const isAudited = audit.pending + audit.unknown === 0;
  if (isAudited && fatal === undefined) return ExitCode.done;
  if (interrupted) return ExitCode.interrupted;
  // Nothing was to be done, and the ledger could not record that.
  if (isAudited && fatal !== undefined && !wrote) return fatal.exitCode;
  return ExitCode.auditIncomplete;
}

const refusals: ReadonlyMap<string, ExitCode> = new Map([
  ['unauthorized', ExitCode.denied],
  ['forbidden', ExitCode.denied],
  ['ConfigurationError', ExitCode.invalid],
  ['stale', ExitCode.stale],
]);

/** The first of 3, 4, 6, 1 that applies. */
function reasonNothingWasWritten(left: readonly Progress[], fatal: ExitCode | undefined): ExitCode {
  const codes = left.map(({ error }) => refusals.get(error?.code ?? '') ?? ExitCode.failed);
  const order = [ExitCode.invalid, ExitCode.denied, ExitCode.stale];
  return order.find((code) => codes.includes(code)) ?? fatal ?? ExitCode.failed;
}
