import { type ApplyResult, applyPlan } from '../../apply/apply-plan.js';
import { recordedShifts } from '../../apply/recorded-shifts.js';
import { type CxoneWriter } from '../../cxone/connect.js';
import type { DeliverySummary } from '../../ledger/delivery/deliver.js';
import type { LedgerState } from '../../ledger/ledger-state.js';
import type { Ledger } from '../../ledger/open-ledger.js';
import { sealSecret } from '../../ledger/seal-secret.js';
import type { Clock } from '../../model/clock.js';
import type { ExitCode } from '../../model/exit-code.js';
import type { Apply } from '../../model/generated/apply.js';
import type { GitCommit } from '../../model/generated/ledger-entry.js';
import type { Plan } from '../../model/generated/plan.js';
import { KnownError } from '../../model/known-error.js';
import type { BuiltPlan } from '../../plan/build.js';
import { liveNames } from '../../plan/live-names.js';
import { matchResources } from '../../plan/match.js';
import { applyText } from '../../report/apply-text.js';
import { jsonReport } from '../../report/json.js';
import { announcedClock } from '../announced-clock.js';
import { claimsOf } from '../ci/claims.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { deadlineOf } from '../environment/open-endpoint.js';
import { type OpenedEnvironment } from '../environment/open-environment.js';
import { reportError } from '../output/report-error.js';
import { shiftWords } from '../plan/shift-words.js';
import { type TimedPlan, untilListed } from '../plan/until-listed.js';
import type { Secrets } from '../secrets/credentials.js';
import { type SecretCheck } from '../secrets/secret-check.js';
import { acceptedStill, type TrustAcceptance } from '../trust/accept-trust.js';
import { recordTrust } from '../trust/record-trust.js';
import { applyDocument, outcomeOf, refusedDocument, statusOf, undeliveredOf } from './apply-document.js';
import { applyExitCode } from './apply-exit-code.js';
import type { ApplyCommandOptions } from './apply-options.js';
import { openProgress } from './apply-progress.js';
import { checkAskable } from './approve.js';
import { approvedPlan } from './approved-plan.js';
import { checkCommitOrder } from './check-commit-order.js';
import { checkPlan } from './check-plan.js';
import { recordOverride } from './override.js';
import { recordRun } from './record-run.js';
import { settleEarlier } from './settle-earlier.js';

/** What an apply under the ledger's lock works with. */
export interface ApplyParts {
  readonly opened: OpenedEnvironment;
  readonly writer: CxoneWriter;
  readonly ledger: Ledger;
  readonly secrets: Secrets;
  readonly headers: SecretCheck;
  /** What an operator accepted before the lock was taken. */
  readonly trust: TrustAcceptance;
  /** Plans anew, and refuses what CXone has not. */
  readonly plan: (ledger: LedgerState) => Promise<TimedPlan>;
  /** The plan made before the lock was taken, where there was no ledger then. */
  readonly first: TimedPlan | undefined;
  readonly saved: Plan | undefined;
}

/**
 * Applies while this process holds the ledger: settles what earlier runs left, plans, checks and asks, and carries that
 * very plan out. Prints what became of it. Throws a KnownError for what stops it before its first write, unless that is
 * a refused or a stale plan: that has a document of its own.
 */
export async function applyUnderLock(
  context: Context,
  options: ApplyCommandOptions,
  parts: ApplyParts,
): Promise<ExitCode> {
  const { opened, writer, ledger, saved } = parts;
  // Another run may have applied since: a later commit, or other settings that were accepted.
  const order = await checkCommitOrder(context, options, opened.name, opened.git, ledger.state);
  const { pending } = acceptedStill(opened.name, opened.trusted.wanted, ledger.state, parts.trust, options);
  if (order.older !== undefined) throw order.older;
  const clock = announcedClock(context, options);
  const earlier = await settleParts(context, options, clock, parts);

  const shown = await shownPlan(context, clock, parts);
  if (context.interrupt.aborted)
    throw new KnownError('InterruptedError', 'the run was interrupted before it wrote anything');
  // What is wrong with the run comes before what is wrong with the plan (docs/semantics.md, "Exit codes").
  if (shown.plan.refusals.length > 0) checkAskable(context, options);
  for (const shift of recordedShifts(shown, ledger.state)) say(context, options, `warning: ${shiftWords(shift)}`);
  const alreadyApplied = checkPlan(saved, shown, ledger.state, options.override);
  if (alreadyApplied instanceof KnownError) return refuse(context, options, alreadyApplied, shown, writer);
  const built = await approvedPlan(context, options, shown, pending, async () => {
    parts.headers.trustManifests();
    return (await parts.plan(ledger.state)).built;
  });
  if (built instanceof KnownError) return refuse(context, options, built, shown, writer);

  await recordTrust(ledger, opened.trusted.wanted, claimsOf(context), options);
  const override = await recordOverride(context, options, ledger, built.plan, gitOf(built), order.passed);
  const carriedOut = await carryOut(context, options, clock, parts, built);
  const notRecorded = await recordRun(ledger, built.plan, statusOf(carriedOut, alreadyApplied), claimsOf(context));
  const result = carriedOut.fatal === undefined && notRecorded ? { ...carriedOut, fatal: notRecorded } : carriedOut;
  const audit = {
    delivered: result.audit.delivered.length + earlier.delivered.length,
    pending: result.audit.pending.length + earlier.pending.length,
    unknown: result.audit.unknown.length + earlier.unknown.length,
  };
  const exitCode = applyExitCode(result, audit, context.interrupt.aborted);
  const document: Apply = {
    ...applyDocument(built.plan, result, alreadyApplied, writer.stats(), exitCode),
    ...undeliveredOf([earlier, result.audit], ledger.state),
    ...(override === undefined ? {} : { override }),
  };
  context.out.write(options.format === 'json' ? jsonReport(document) : applyText(document, audit, context.out.page));
  if (result.fatal !== undefined) await reportError(context, result.fatal, { ...options, format: 'text' });
  return exitCode;
}

/** Settles what earlier runs left, and returns what became of their audit events. */
async function settleParts(
  context: Context,
  options: ApplyCommandOptions,
  clock: Clock,
  { opened, ledger, writer, headers }: ApplyParts,
): Promise<DeliverySummary> {
  const { recovered, delivered } = await settleEarlier(context, options, {
    ledger,
    writer,
    clock,
    listLagMs: opened.settings.listLagMs,
    timeoutMs: options.timeout * 1000,
    interrupt: context.interrupt,
    liveNames: (live) => {
      const { matches, unmanaged } = matchResources(opened.loaded.resources, live);
      return liveNames(matches, unmanaged);
    },
  });
  for (const { id, found } of recovered) if (found === 'unseen') headers.sendAgain(id);
  return delivered;
}

/**
 * The plan to be shown. What was created a moment ago may not be listed yet: before the first POST, it looks again when
 * the list lag since then is over. A runner without a ledger can't know when that was, and counts from its own first
 * look (docs/semantics.md, "Applying").
 */
async function shownPlan(
  context: Context,
  clock: Clock,
  { opened, ledger, plan, first }: ApplyParts,
): Promise<BuiltPlan> {
  // Another run may have begun the ledger while this one waited for the lock.
  const now = first !== undefined && ledger.openedAt === 0 ? first : await plan(ledger.state);
  const looksTwice = !ledger.state.known && now.built.plan.summary.create > 0;
  const lastCreateAt = looksTwice ? now.at : (ledger.state.lastCreateAt ?? Number.NEGATIVE_INFINITY);
  const tooEarly = await untilListed(clock, now, lastCreateAt, opened.settings.listLagMs, context.interrupt);
  return tooEarly ? (await plan(ledger.state)).built : now.built;
}

/** Carries the plan out, and shows each change as it ends. */
async function carryOut(
  context: Context,
  options: ApplyCommandOptions,
  clock: Clock,
  { opened, writer, ledger, secrets, saved }: ApplyParts,
  built: BuiltPlan,
): Promise<ApplyResult> {
  const progress = openProgress(context, options, built.plan.changes.length);
  try {
    return await applyPlan(built, {
      writer,
      ledger,
      clock,
      git: gitOf(built),
      claimed: claimsOf(context),
      ...(saved !== undefined && saved.planHash !== built.plan.planHash && { savedPlan: saved.planHash }),
      concurrency: options.concurrency,
      timeoutMs: options.timeout * 1000,
      listLagMs: opened.settings.listLagMs,
      secret: secrets,
      sealSecret: sealSecret(context.random.salt),
      onFinished: (one) => progress.finished(outcomeOf(one)),
      interrupt: context.interrupt,
      deadline: deadlineOf(context, options),
    });
  } finally {
    progress.close();
  }
}

function gitOf({ plan: { git } }: BuiltPlan): GitCommit | null {
  return git.head === null ? null : { head: git.head, dirty: git.dirty };
}

/** Nothing was written: the reason to stderr, and with `--format json` the document that says `refused`. */
async function refuse(
  context: Context,
  options: SharedOptions,
  error: KnownError,
  { plan }: BuiltPlan,
  writer: CxoneWriter,
): Promise<ExitCode> {
  if (options.format === 'json') context.out.write(jsonReport(refusedDocument(plan, error, writer.stats())));
  return reportError(context, error, { ...options, format: 'text' });
}
