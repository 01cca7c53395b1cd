import { STATE_VERSION, type State } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import type { Plan } from '../model/generated/plan.js';
import { hashJson } from '../model/hash.js';
import { formatIdentity } from '../model/identity.js';
import { sameJson } from '../model/json.js';
import { isValid, type Problem } from '../model/problem.js';
import type { Live, Resource } from '../model/resource.js';
import { openTraffic, type TrafficIndex } from '../traffic/traffic-index.js';
import type { LastOutcome } from './attribute.js';
import { guardTraffic } from './guard.js';
import { guardWebhooks, type TrustedTargets } from './guard-webhooks.js';
import type { Now } from './guardrails/guarded-plan.js';
import { guardrailRefusals, type NamedGuardrails } from './guardrails/guardrail-refusals.js';
import { liveNames } from './live-names.js';
import { type Match, matchResources } from './match.js';
import { onlySelector } from './only.js';
import { checkOnly } from './only-check.js';
import { changeEntries, unmanagedEntry } from './plan-entries.js';
import { planHash } from './plan-hash.js';
import { planTraffic } from './plan-traffic.js';
import { type Comparison, type PlannedChange, plannedChange, type SentSecret } from './planned-change.js';

/** What a plan is made of; nothing else enters it. */
export interface PlanInput {
  readonly tool: Plan['tool'];
  readonly environment: string;
  readonly endpoint: string;
  readonly simulated: boolean;
  readonly git: Plan['git'];
  readonly manifestHash: string;
  readonly resources: readonly Resource[];
  readonly live: readonly Live[];
  readonly only: readonly string[];
  /** All of them must pass. */
  readonly guardrails: readonly NamedGuardrails[];
  /** Under `--trust-ref`, where webhooks may have header values sent; without it, wherever the manifests say. */
  readonly trustedTargets?: TrustedTargets;
  /** When it is made: a change window asks. */
  readonly now: Now;
  /** What the ledger last recorded of a live resource. */
  readonly lastOutcome: (live: Live) => LastOutcome | undefined;
  /** The secret values that a live resource is to get though no state tells (docs/semantics.md, "Webhook secrets"). */
  readonly secretsToSend?: (live: Live) => readonly SentSecret[];
}

/** The document that is shown and saved, and the changes behind it that apply carries out: one to one, in the same order. */
export interface BuiltPlan {
  readonly plan: Plan;
  readonly changes: readonly PlannedChange[];
  /** Every manifest held against live, those that nothing changes included. */
  readonly compared: readonly Comparison[];
  /** What every engine serves, the unmanaged ones included. */
  readonly traffic: TrafficIndex;
  /** What every matched or created identity is called in CXone; null where it has no remote id yet. */
  readonly remoteIds: ReadonlyMap<string, string>;
  /** What every live remote id is called in states; one that is not here is called by its id. */
  readonly identities: ReadonlyMap<string, string>;
  /** The payload hash of an identity's live state; null where nothing is live. */
  readonly liveHash: (id: string) => string | null;
}

/**
 * Compares what git wants with what is live. A pure function: the same input gives the same plan, byte for byte.
 * Returns problems instead of a plan where manifests can't be matched to live or `--only` leaves out what it needs.
 */
export function buildPlan(input: PlanInput): BuiltPlan | { readonly problems: readonly Problem[] } {
  const { matches, unmanaged, problems } = matchResources(input.resources, input.live);
  if (!isValid(problems)) return { problems };

  const identities = liveNames(matches, unmanaged);
  const identityOf = (remoteId: string) => identities.get(remoteId) ?? remoteId;
  const secretsToSend = input.secretsToSend ?? (() => []);
  const compared = matches.map((match) => compare(match, identityOf, secretsToSend));
  const selected = onlySelector(input.only);
  const considered = compared.filter(({ id }) => selected(id));
  const changes = considered
    .filter(({ unchanged }) => !unchanged)
    .map(plannedChange)
    .toSorted(byId);
  const traffic = openTraffic(planTraffic(compared, unmanaged, new Set(changes.map(({ id }) => id))));
  const onlyProblems = checkOnly(input.only, compared, traffic);
  if (onlyProblems.length > 0) return { problems: onlyProblems };

  const plan: Omit<Plan, 'planHash'> = {
    formatVersion: 1,
    stateVersion: STATE_VERSION,
    tool: input.tool,
    environment: input.environment,
    endpoint: input.endpoint,
    simulated: input.simulated,
    only: [...input.only],
    git: input.git,
    manifestHash: input.manifestHash,
    summary: {
      create: changes.filter(({ before }) => before === null).length,
      update: changes.filter(({ before }) => before !== null).length,
      unchanged: considered.length - changes.length,
      unmanaged: unmanaged.length,
    },
    changes: changeEntries(changes, traffic, input.lastOutcome),
    unmanaged: unmanaged.map(unmanagedEntry),
    alreadyLive: [],
    refusals: [
      ...guardTraffic(changes, traffic),
      ...(input.trustedTargets === undefined ? [] : guardWebhooks(changes, input.trustedTargets)),
      ...guardrailRefusals(
        { environment: input.environment, compared, changes, traffic, now: input.now },
        input.guardrails,
      ),
    ],
  };
  const comparisons = new Map(compared.map((one) => [one.id, one]));
  const liveHash = (id: string) => hashOrNull(comparisons.get(id)?.before ?? null);
  const remoteIds = new Map(compared.flatMap(({ id, live }) => (live === null ? [] : [[id, live.remoteId] as const])));
  return { plan: { ...plan, planHash: planHash(plan) }, changes, compared, traffic, remoteIds, identities, liveHash };
}

function compare(
  { resource, live }: Match,
  identityOf: (remoteId: string) => string,
  secretsToSend: (live: Live) => readonly SentSecret[],
): Comparison {
  const kind = kindDefinition(resource.identity.kind);
  const after = kind.desiredState(resource);
  const before = live === undefined ? null : kind.liveState(live.entity, identityOf);
  const secrets = live === undefined ? [] : secretsToSend(live);
  const unchanged = secrets.length === 0 && sameJson(before, after);
  return { id: formatIdentity(resource.identity), resource, live: live ?? null, before, after, secrets, unchanged };
}

function hashOrNull(state: State | null): string | null {
  return state === null ? null : hashJson(state);
}

function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : 1;
}
