import { applyPlan } from '../apply/apply-plan.js';
import { halfDoneShifts } from '../apply/half-done-shifts.js';
import { type CxoneWriter, openWriter } from '../cxone/connect.js';
import type { LedgerState } from '../ledger/ledger-state.js';
import type { Ledger } from '../ledger/open-ledger.js';
import { readLedger } from '../ledger/read-ledger.js';
import { sealSecret } from '../ledger/seal-secret.js';
import type { Clock } from '../model/clock.js';
import type { ExitCode } from '../model/exit-code.js';
import type { Plan } from '../model/generated/plan.js';
import { KnownError } from '../model/known-error.js';
import type { BuiltPlan } from '../plan/build.js';
import { liveNames } from '../plan/live-names.js';
import { matchResources } from '../plan/match.js';
import { applyText } from '../report/apply-text.js';
import { jsonReport } from '../report/json.js';
import { announcedClock } from './announced-clock.js';
import { applyDocument, outcomeOf, refusedDocument } from './apply-document.js';
import { applyExitCode } from './apply-exit-code.js';
import { openProgress } from './apply-progress.js';
import { approvedPlan } from './approved-plan.js';
import { openCatalogCheck } from './catalog-check.js';
import { checkPlan } from './check-plan.js';
import { checkTrust, recordTrust } from './check-trust.js';
import { claimsOf } from './claims.js';
import { type Context, type SharedOptions, say } from './context.js';
import type { Secrets } from './credentials.js';
import { checkLedgerPlace, ledgerFolder } from './ledger-folder.js';
import { makePlan } from './make-plan.js';
import { connectOptions, deadlineOf } from './open-endpoint.js';
import { type OpenedEnvironment, openEnvironment } from './open-environment.js';
import { checkReason, recordOverride } from './override.js';
import { readableSecrets } from './readable-secrets.js';
import { refuseClaimed } from './refuse-claimed.js';
import { refuseUncommitted } from './refuse-uncommitted.js';
import { reportError } from './report-error.js';
import { resendSelector } from './resend-headers.js';
import { readSavedPlan } from './saved-plan.js';
import { openSecretCheck, type SecretCheck } from './secret-check.js';
import { settleEarlier } from './settle-earlier.js';
import { openSharedReads } from './shared-reads.js';
import { unservedWords } from './unserved-words.js';
import { type TimedPlan, untilListed } from './until-listed.js';
import { withLedger } from './with-ledger.js';

export interface ApplyCommandOptions extends SharedOptions {
  /** A saved plan: applied only if it still is the plan. */
  readonly plan?: string;
  readonly autoApprove?: boolean;
  /** Why guardrails are to be passed. */
  readonly override?: string;
  /** The hash of trusted settings that may differ from those of the last apply. */
  readonly acceptTrust?: string;
  readonly requireDurableLedger?: boolean;
  /** `IDENTITY=ID` or `IDENTITY=absent`: what a person found out about a create whose outcome is unknown. */
  readonly resolve: readonly string[];
  /** Identities of webhooks, or patterns, whose header values are sent though they may be as they were. */
  readonly resendHeaders: readonly string[];
}

/** `cxone-gitops apply`: plans anew, asks, and carries that very plan out. */
export async function applyCommand(
  context: Context,
  environment: string,
  options: ApplyCommandOptions,
): Promise<ExitCode> {
  checkReason(options);
  const saved = options.plan === undefined ? undefined : await readSavedPlan(context, options.plan);
  const reads = openSharedReads(context, options);
  const opened = await openEnvironment(context, options, environment);
  refuseClaimed(opened.loaded, await reads.claims(environment));
  const folder = ledgerFolder(context, options, opened.settings);
  await checkLedgerPlace(context, options, folder, environment);
  const seen = await readLedger({ folder, environment, endpoint: opened.endpoint.baseUrl });
  checkTrust(environment, opened.trusted.wanted, seen, options);
  refuseUncommitted(context, options.root, environment, opened.git);
  // No secret is read above this line.
  const secrets = await reads.secrets();
  const { resources } = opened.loaded;
  const headers = openSecretCheck(context, options, resources, {
    read: secrets,
    // What waits to be accepted stops an apply before this is asked.
    trusted: readableSecrets(context, opened.trusted, { pending: false }),
    resends: resendSelector(options.resendHeaders, resources, options.only),
  });
  const writer = openWriter(connectOptions(context, options, opened, secrets));
  try {
    const check = openCatalogCheck(context, options, opened, writer, { compares: false });
    const plan = async (ledger: LedgerState) => {
      const at = context.clock.now();
      const built = await makePlan(context, options, opened, writer, ledger, headers);
      await check.judge(built);
      return { at, built };
    };
    // Wrong credentials must not leave a new ledger behind.
    const first = seen.entries === 0 ? await plan(seen) : undefined;
    return await withLedger(context, folder, opened, (ledger) =>
      applyUnderLock(context, options, { opened, writer, ledger, secrets, headers, plan, first, saved }),
    );
  } finally {
    await writer.close();
  }
}

interface ApplyParts {
  readonly opened: OpenedEnvironment;
  readonly writer: CxoneWriter;
  readonly ledger: Ledger;
  readonly secrets: Secrets;
  readonly headers: SecretCheck;
  /** Plans anew, and refuses what CXone has not. */
  readonly plan: (ledger: LedgerState) => Promise<TimedPlan>;
  /** The plan made before the lock was taken, where there was no ledger then. */
  readonly first: TimedPlan | undefined;
  readonly saved: Plan | undefined;
}

async function applyUnderLock(context: Context, options: ApplyCommandOptions, parts: ApplyParts): Promise<ExitCode> {
  const { opened, writer, ledger, secrets, saved } = parts;
  // Another run may have applied since, and have had other settings accepted.
  checkTrust(opened.name, opened.trusted.wanted, ledger.state, options);
  const clock = announcedClock(context, options);
  const lags = { clock, listLagMs: opened.settings.listLagMs, timeoutMs: options.timeout * 1000 };
  const { recovered, delivered: earlier } = await settleEarlier(context, options, {
    ledger,
    writer,
    ...lags,
    interrupt: context.interrupt,
    liveNames: (live) => {
      const { matches, unmanaged } = matchResources(opened.loaded.resources, live);
      return liveNames(matches, unmanaged);
    },
  });
  for (const { id, found } of recovered) if (found === 'unseen') parts.headers.sendAgain(id);

  const shown = await planUnderLock(context, clock, parts);
  for (const shift of halfDoneShifts(shown, ledger.state)) say(context, options, `warning: ${unservedWords(shift)}`);
  const checked = checkPlan(saved, shown, ledger.state, options.override);
  if (checked instanceof KnownError) return refuse(context, options, checked, shown, writer);
  const built = await approvedPlan(context, options, shown, async () => (await parts.plan(ledger.state)).built);
  if (built instanceof KnownError) return refuse(context, options, built, shown, writer);
  const { plan } = built;
  const git = plan.git.head === null ? null : { head: plan.git.head, dirty: plan.git.dirty };
  await recordTrust(ledger, opened.trusted.wanted, claimsOf(context));
  const override = await recordOverride(context, options, ledger, plan, git);

  const progress = openProgress(context, options, plan.changes.length);
  const result = await applyPlan(built, {
    writer,
    ledger,
    clock,
    git,
    claimed: claimsOf(context),
    concurrency: options.concurrency,
    timeoutMs: lags.timeoutMs,
    listLagMs: lags.listLagMs,
    secret: secrets,
    sealSecret: sealSecret(context.random.salt),
    onFinished: (one) => progress.finished(outcomeOf(one)),
    interrupt: context.interrupt,
    deadline: deadlineOf(context, options),
  });
  progress.close();
  const audit = {
    delivered: result.audit.delivered + earlier.delivered.length,
    pending: result.audit.pending + earlier.pending.length,
    unknown: result.audit.unknown + earlier.unknown.length,
  };
  const exitCode = applyExitCode(result, audit, context.interrupt.aborted);
  const done = applyDocument(plan, result, checked, writer.stats(), exitCode);
  const document = override === undefined ? done : { ...done, override };
  context.out.write(options.format === 'json' ? jsonReport(document) : applyText(document, audit, context.out.page));
  if (result.fatal !== undefined) await reportError(context, result.fatal, { ...options, format: 'text' });
  return exitCode;
}

/**
 * The plan to be shown. What was created a moment ago may not be listed yet: before the first POST, it looks again when
 * the list lag since then is over. A runner without a ledger can't know when that was, and counts from its own first
 * look (docs/semantics.md, "Applying").
 */
async function planUnderLock(
  context: Context,
  clock: Clock,
  { opened, ledger, plan, first }: ApplyParts,
): Promise<BuiltPlan> {
  // Another run may have begun the ledger while this one waited for the lock.
  const now = first !== undefined && ledger.openedAt === 0 ? first : await plan(ledger.state);
  const lastCreateAt = ledger.state.known ? (ledger.state.lastCreateAt ?? Number.NEGATIVE_INFINITY) : now.at;
  const tooEarly = await untilListed(clock, now, lastCreateAt, opened.settings.listLagMs, context.interrupt);
  return tooEarly ? (await plan(ledger.state)).built : now.built;
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
