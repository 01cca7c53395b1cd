import { recordedShifts } from '../../apply/recorded-shifts.js';
import { unservedTraffic } from '../../apply/unserved-traffic.js';
import type { CxoneReader } from '../../cxone/connect.js';
import type { LedgerState } from '../../ledger/ledger-state.js';
import { recordedGuardrails } from '../../manifest/recorded-guardrails.js';
import { sortProblems } from '../../manifest/sort-problems.js';
import { KnownError } from '../../model/known-error.js';
import type { Problem } from '../../model/problem.js';
import { type BuiltPlan, buildPlan } from '../../plan/build.js';
import type { NamedGuardrails } from '../../plan/guardrails/guardrail-refusals.js';
import type { Context, SharedOptions } from '../context.js';
import type { OpenedEnvironment } from '../environment/open-environment.js';
import { problemDocument } from '../output/report-error.js';
import type { SecretCheck } from '../secrets/secret-check.js';
import { readLiveAfterWrites } from './read-live-after-writes.js';
import { shiftWords } from './shift-words.js';
import { warnOfClockSkew } from './warn-of-clock-skew.js';

/** A plan, and what its reader must know besides, a sentence each. */
export interface CheckedPlan extends BuiltPlan {
  /** Header values that it needs and that are not set or refused; the same as the `problems` of the plan. */
  readonly headerProblems: readonly Problem[];
  /** What could not be checked of its secrets. */
  readonly unchecked: readonly string[];
  /** The traffic shifts that an earlier run did not finish: their traffic is unserved. */
  readonly unfinished: readonly string[];
}

/**
 * Fetches what is live and compares it with what git wants; without `secrets`, header values are no part of it. Throws a
 * KnownError where they can't be matched.
 */
export async function makePlan(
  context: Context,
  options: SharedOptions,
  opened: OpenedEnvironment,
  reader: CxoneReader,
  ledger: LedgerState | undefined,
  secrets?: SecretCheck,
): Promise<CheckedPlan> {
  const { loaded, settings, trusted, git, endpoint, simulated } = opened;
  const { live, problems } = await readLiveAfterWrites(context, options, opened, reader, ledger);
  warnOfClockSkew(context, options, reader);
  if (problems.length > 0) throw nothingPlanned(loaded.name, problems);
  const verdict = await secrets?.judge(live, ledger);
  const built = buildPlan({
    tool: `cxone-gitops ${context.version}`,
    environment: loaded.name,
    endpoint: endpoint.baseUrl,
    simulated,
    git: { head: git.head, base: null, dirty: git.dirty },
    manifestHash: loaded.manifestHash,
    resources: loaded.resources,
    live,
    only: options.only,
    guardrails: guardrailSets(
      loaded.name,
      { of: trusted.atRef?.ref ?? 'head', guardrails: settings.guardrails },
      ledger,
    ),
    ...(trusted.atRef !== undefined && {
      trustedTargets: { ref: trusted.atRef.ref, webhooks: trusted.atRef.settings.webhooks },
    }),
    // After the answers: they tell how far apart the clocks are.
    now: { ms: context.clock.now(), skewMs: reader.clockSkewMs() },
    ...(verdict === undefined ? {} : { secretsToSend: verdict.toSend }),
    lastOutcome: ({ remoteId }) => {
      const last = ledger?.lastOutcome(remoteId);
      return last === undefined ? undefined : { ...last, payloadHash: last.intent.payloadHash };
    },
  });
  if ('plan' in built) {
    const shifts = recordedShifts(built, ledger);
    const unserved = shifts.length === 0 ? [] : unservedTraffic(built, shifts);
    const headers = sortProblems(secrets?.problems(built.changes) ?? []);
    const plan = {
      ...built.plan,
      ...(unserved.length > 0 && { unserved }),
      ...(headers.length > 0 && { problems: headers.map(problemDocument) }),
    };
    const unfinished = shifts.map(shiftWords);
    return { ...built, plan, headerProblems: headers, unchecked: verdict?.notices ?? [], unfinished };
  }
  throw nothingPlanned(loaded.name, built.problems);
}

function nothingPlanned(environment: string, problems: readonly Problem[]): KnownError {
  return new KnownError('MatchError', `environment ${environment}: nothing was planned, see the problems`, {
    hint: 'Put them right, then plan again.',
    problems,
  });
}

/** Those of the last apply must pass, too: whoever loosens them does so before what they are loosened for. */
function guardrailSets(environment: string, own: NamedGuardrails, ledger: LedgerState | undefined): NamedGuardrails[] {
  if (ledger?.lastTrust === undefined) return [own];
  const recorded = recordedGuardrails(ledger.lastTrust.settings);
  if (recorded === undefined) {
    throw new KnownError('LedgerError', `environment ${environment}: the guardrails of the last apply can't be read`, {
      hint: 'A later version of cxone-gitops recorded them. Use that one.',
    });
  }
  return [own, { of: 'the last apply', guardrails: recorded }];
}
