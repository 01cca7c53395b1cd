import type { State } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import { trafficSplitOf } from '../kinds/speech-engine.js';
import type { Change, FieldChange, Unmanaged } from '../model/generated/plan.js';
import { formatIdentity } from '../model/identity.js';
import type { Live } from '../model/resource.js';
import type { TrafficIndex } from '../traffic/traffic-index.js';
import { attribute, type LastOutcome } from './attribute.js';
import { diffStates } from './diff.js';
import { linkedGroups } from './linked-groups.js';
import type { PlannedChange, SentSecret } from './planned-change.js';
import { planSteps, stepRequest } from './steps.js';

/**
 * The changes as the plan shows them, in their order: every member that differs with its cause, and the requests that
 * apply will send.
 */
export function changeEntries(
  changes: readonly PlannedChange[],
  traffic: TrafficIndex,
  lastOutcome: (live: Live) => LastOutcome | undefined,
): Change[] {
  const requests = requestsOf(changes, traffic);
  return changes.map((change) => changeEntry(change, requests.get(change.id) ?? [], lastOutcome));
}

/** A live resource without a manifest, with the traffic that it serves. */
export function unmanagedEntry({ identity, remoteId, entity }: Live): Unmanaged {
  const { kind, name, version } = identity;
  const state: State = entity;
  return {
    id: formatIdentity(identity),
    kind,
    name,
    ...(version === undefined ? {} : { version, trafficSplit: trafficSplitOf(state) }),
    remoteId,
  };
}

function changeEntry(
  change: PlannedChange,
  requests: Change['requests'],
  lastOutcome: (live: Live) => LastOutcome | undefined,
): Change {
  const { resource, before, after, live } = change;
  const { kind, name, version } = resource.identity;
  const causeOf = attribute(change, live === null ? undefined : lastOutcome(live));
  return {
    action: before === null ? 'create' : 'update',
    id: change.id,
    kind,
    name,
    ...(version === undefined ? {} : { version }),
    remoteId: live?.remoteId ?? null,
    source: { file: resource.source.file, line: resource.source.line },
    fields: [
      ...diffStates(kindDefinition(kind), before, after).map((field) => ({ ...field, cause: causeOf(field.path) })),
      ...change.secrets.map(secretField),
    ].toSorted((one, other) => (one.path < other.path ? -1 : 1)),
    beforeHash: change.beforeHash,
    payloadHash: change.payloadHash,
    requests,
  };
}

/** What a plan may say of a secret: that it is one, and why it is sent. */
function secretField({ path, why }: SentSecret): FieldChange {
  return {
    path,
    before: '(secret)',
    after: why === 'changed' ? '(changed secret)' : '(secret, sent again)',
    cause: 'change',
  };
}

function requestsOf(changes: readonly PlannedChange[], traffic: TrafficIndex): Map<string, Change['requests']> {
  const requests = new Map<string, Change['requests']>();
  for (const group of linkedGroups(changes)) {
    const { prepare, lower, raise, blocked } = planSteps(group, traffic);
    for (const step of [...prepare.flat(), ...lower.flat(), ...raise.flat(), ...blocked]) {
      requests.set(step.change.id, [...(requests.get(step.change.id) ?? []), stepRequest(step)]);
    }
  }
  return requests;
}
