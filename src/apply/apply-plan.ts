import PQueue from 'p-queue';
import type { CxoneWriter } from '../cxone/connect.js';
import { kindDefinition } from '../kinds/kinds.js';
import { type Delivery, type DeliverySummary, deliverOne, summarizeDeliveries } from '../ledger/delivery/deliver.js';
import type { SecretDigest } from '../ledger/fold.js';
import type { Ledger, OutcomeEntry } from '../ledger/open-ledger.js';
import type { Clock } from '../model/clock.js';
import { type Deadline, deadlineWords } from '../model/deadline.js';
import type { Claimed, GitCommit } from '../model/generated/ledger-entry.js';
import { KnownError } from '../model/known-error.js';
import type { BuiltPlan } from '../plan/build.js';
import { linkedGroups } from '../plan/linked-groups.js';
import type { Shortfall } from '../traffic/shortfall.js';
import { applyName } from './apply-name.js';
import type { ApplyRun } from './apply-run.js';
import { auditAbandoned } from './audit-abandoned.js';
import { auditLogOf } from './audit-log.js';
import { openHeaderValues } from './header-values.js';
import { openNameTraffic } from './name-traffic.js';
import { type OutcomeError, type Progress, startProgress } from './progress.js';
import { recordedShifts } from './recorded-shifts.js';
import { unservedTraffic } from './unserved-traffic.js';

export interface ApplyOptions {
  readonly writer: CxoneWriter;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly git: GitCommit | null;
  readonly claimed: Claimed;
  /** The hash of the saved plan that this is the rest of; undefined where it is that plan itself. */
  readonly savedPlan?: string;
  /** How many names are changed at the same time. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly listLagMs: number;
  /** Looks up a variable for a webhook's header value. */
  readonly secret: (variable: string) => string | undefined;
  /** Makes the salted digest of a header value, for the ledger. */
  readonly sealSecret: (value: string) => Promise<SecretDigest>;
  /** Called when a change has its final status. */
  readonly onFinished: (progress: Progress) => void;
  /** Aborted: what is in flight ends, nothing new starts. */
  readonly interrupt: AbortSignal;
  /** When the run's time is over: nothing new starts then either. */
  readonly deadline?: Deadline;
}

export interface ApplyResult {
  /** One for each change of the plan, in its order; then engines that got traffic back that an earlier run had taken. */
  readonly progress: readonly Progress[];
  /** The traffic that no version serves at the end of the run, by name. */
  readonly unserved: readonly Shortfall[];
  /** What became of the audit events of this run. */
  readonly audit: DeliverySummary;
  /** What ended the run early, such as a ledger that can't be written. */
  readonly fatal: KnownError | undefined;
}

/**
 * Carries out a plan: engines first, each name on its own, then the webhooks that name them. A failure stops only what
 * depends on it (docs/semantics.md, "Applying"). Never throws for what a server or a disk does; that is in the result.
 */
export async function applyPlan(built: BuiltPlan, options: ApplyOptions): Promise<ApplyResult> {
  const { plan, changes } = built;
  const progress = changes.map(startProgress);
  const restored: Progress[] = [];
  const deliveries: Promise<Delivery>[] = [];
  const { clock, listLagMs, timeoutMs, interrupt, deadline } = options;
  const auditLog = auditLogOf(options.writer, { signal: interrupt, refusal: () => options.ledger.lost() });
  const lags = { clock, listLagMs, timeoutMs, interrupt };
  let fatal: KnownError | undefined;
  let stopped = false;
  const deliver = async (outcome: OutcomeEntry, of?: Progress): Promise<Delivery> => {
    const done = await deliverOne(options.ledger, auditLog, outcome, lags);
    if (of !== undefined && done.status === 'delivered') of.auditLogId = done.logId;
    return done;
  };
  const inBackground = (delivery: Promise<Delivery>) => {
    // Looked at when all changes have ended; until then a failure must not end the process.
    delivery.catch(() => undefined);
    deliveries.push(delivery);
  };
  const run: ApplyRun = {
    ...options,
    planHash: plan.planHash,
    remoteIds: new Map(built.remoteIds),
    identities: new Map(built.identities),
    headers: openHeaderValues(options.secret, options.sealSecret),
    stopping: () => stopped || interrupt.aborted || (deadline !== undefined && clock.now() >= deadline.at),
    whyStopped: () => whyStopped(options, fatal),
    stop: () => {
      stopped = true;
    },
    deliver: (outcome, of) => inBackground(deliver(outcome, of)),
  };
  /** Ends the run, but for what is in flight, when the ledger can't be written. */
  const endingOnFailure = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
      fatal ??= error;
      run.stop();
    }
  };

  await endingOnFailure(async () => {
    if (run.stopping()) return;
    for (const outcome of await auditAbandoned(run, changes)) inBackground(deliver(outcome));
  });

  const shifts = recordedShifts(built, options.ledger.state);
  const trafficOf = openNameTraffic(built, shifts);
  for (const kind of ['SpeechEngine', 'Webhook']) {
    const queue = new PQueue({ concurrency: options.concurrency });
    const groups = groupsOf(kind, progress, changes);
    await queue.addAll(
      groups.map((group) => async () => {
        if (run.stopping()) return;
        const ready = group.filter((one) => dependenciesLive(run, one));
        const traffic = trafficOf(ready);
        await endingOnFailure(() => applyName(run, ready, built.traffic, traffic));
        const touched = traffic.lowered.filter((one) => !group.includes(one) && one.status !== 'not-attempted');
        restored.push(...touched);
        for (const one of [...group, ...touched]) options.onFinished(one);
      }),
    );
  }
  for (const one of progress) if (one.status === 'not-attempted') one.error ??= run.whyStopped();
  const settled = await Promise.allSettled(deliveries);
  for (const one of settled) {
    if (one.status === 'fulfilled') continue;
    if (!(one.reason instanceof KnownError)) throw one.reason;
    fatal ??= one.reason;
  }
  const all = [...progress, ...restored];
  return {
    progress: all,
    unserved: unservedTraffic(built, shifts, all),
    audit: summarizeDeliveries(settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))),
    fatal,
  };
}

/** Why a change was not attempted that nothing it depends on stopped. */
function whyStopped({ interrupt, deadline, clock }: ApplyOptions, fatal: KnownError | undefined): OutcomeError {
  if (interrupt.aborted)
    return { code: 'interrupted', message: 'the run was interrupted before its turn', hint: 'Apply again.' };
  if (deadline !== undefined && clock.now() >= deadline.at) {
    const { reason, hint } = deadlineWords(deadline);
    return { code: 'time-limit', message: reason, hint };
  }
  const why = fatal === undefined ? 'the credentials are no longer accepted' : "the ledger can't be written";
  return {
    code: 'stopped',
    message: `nothing more was attempted, because ${why}`,
    hint: 'Put that right and apply again.',
  };
}

function groupsOf(kind: string, progress: readonly Progress[], changes: BuiltPlan['changes']): Progress[][] {
  const byId = new Map(progress.map((one) => [one.change.id, one]));
  const ofKind = changes.filter(({ resource }) => resource.identity.kind === kind);
  return linkedGroups(ofKind).map((group) => group.flatMap(({ id }) => byId.get(id) ?? []));
}

/** A webhook waits for the engines that it names; one that could not be created stops it. */
function dependenciesLive({ remoteIds }: ApplyRun, progress: Progress): boolean {
  const { resource, after } = progress.change;
  const missing = kindDefinition(resource.identity.kind)
    .dependsOn(after)
    .find((id) => !remoteIds.has(id));
  if (missing === undefined) return true;
  progress.error = {
    code: 'dependency-failed',
    message: `whether ${missing} is live is not known, or it could not be created`,
    hint: 'Put that right and apply again.',
  };
  return false;
}
