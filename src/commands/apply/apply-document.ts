import type { ApplyResult } from '../../apply/apply-plan.js';
import type { Progress } from '../../apply/progress.js';
import type { RequestStats } from '../../cxone/connect.js';
import type { DeliverySummary } from '../../ledger/delivery/deliver.js';
import type { LedgerState } from '../../ledger/ledger-state.js';
import type { ExitCode } from '../../model/exit-code.js';
import type { Apply, Outcome } from '../../model/generated/apply.js';
import type { Plan } from '../../model/generated/plan.js';
import { hashJson } from '../../model/hash.js';
import type { KnownError } from '../../model/known-error.js';

/** What apply did, as `--format json` prints it; changes of a saved plan that were live already come first. */
export function applyDocument(
  plan: Plan,
  result: Pick<ApplyResult, 'progress' | 'fatal' | 'unserved'>,
  alreadyApplied: readonly Plan['changes'][number][],
  { total, retried, rateLimited }: RequestStats,
  exitCode: ExitCode,
): Apply {
  const { progress, fatal, unserved } = result;
  const outcomes = [...alreadyApplied.map(alreadyAppliedOutcome), ...progress.map(outcomeOf)];
  return {
    formatVersion: 1,
    environment: plan.environment,
    simulated: plan.simulated,
    planHash: plan.planHash,
    status: statusOf(result, alreadyApplied),
    outcomes,
    ...(unserved.length === 0 ? {} : { unserved: [...unserved] }),
    ...(fatal === undefined ? {} : { error: errorOf(fatal, exitCode) }),
    requests: { total, retried, rateLimited },
  };
}

/** What became of a plan: all of it was done, it had no changes, or something is left. */
export function statusOf(
  { progress }: Pick<ApplyResult, 'progress'>,
  alreadyApplied: readonly Plan['changes'][number][],
): Exclude<Apply['status'], 'refused'> {
  if (progress.length + alreadyApplied.length === 0) return 'no-changes';
  const done = progress.every(({ status }) => status === 'applied' || status === 'already-applied');
  return done ? 'applied' : 'incomplete';
}

function errorOf({ code, message, hint }: KnownError, exitCode: ExitCode): NonNullable<Apply['error']> {
  return { code, message, hint: hint ?? '', exitCode };
}

/** The document of a run that a guardrail or a stale plan stopped before its first write. */
export function refusedDocument(plan: Plan, refusal: KnownError, stats: RequestStats): Apply {
  const { code, message, exitCode } = refusal;
  const notAttempted = plan.changes.map(
    ({ id, action, remoteId, payloadHash, beforeHash }): Outcome => ({
      id,
      action,
      status: 'not-attempted',
      remoteId,
      payloadHash,
      resultHash: beforeHash,
      auditLogId: null,
      correlationId: null,
      error: { code, message },
    }),
  );
  const done = applyDocument(
    plan,
    { progress: [], fatal: refusal, unserved: plan.unserved ?? [] },
    [],
    stats,
    exitCode,
  );
  const refusals = refusal.refusals.length === 0 ? {} : { refusals: [...refusal.refusals] };
  return { ...done, status: 'refused', outcomes: notAttempted, ...refusals };
}

/** The audit events that did not arrive, or may not have; nothing where there is none. */
export function undeliveredOf(
  summaries: readonly DeliverySummary[],
  { delivery }: Pick<LedgerState, 'delivery'>,
): Pick<Apply, 'undelivered'> {
  const open = summaries.flatMap(({ pending, unknown }) => [...pending, ...unknown]);
  const undelivered = open.flatMap((one) => {
    if (one.status === 'delivered') return [];
    const { seq, status, reason } = one;
    return [{ seq, id: delivery(seq)?.id ?? '', status, reason }];
  });
  return undelivered.length === 0 ? {} : { undelivered };
}

/** One change with what became of it. */
export function outcomeOf({
  change,
  status,
  remoteId,
  confirmed,
  auditLogId,
  correlationId,
  error,
}: Progress): Outcome {
  return {
    id: change.id,
    action: change.before === null ? 'create' : 'update',
    status,
    remoteId,
    payloadHash: change.payloadHash,
    resultHash: confirmed === null ? null : hashJson(confirmed),
    auditLogId,
    correlationId,
    ...(error === undefined ? {} : { error }),
  };
}

function alreadyAppliedOutcome({ id, action, remoteId, payloadHash }: Plan['changes'][number]): Outcome {
  return {
    id,
    action,
    status: 'already-applied',
    remoteId,
    payloadHash,
    resultHash: payloadHash,
    auditLogId: null,
    correlationId: null,
  };
}
