import type { State } from '../kinds/kind-definition.js';
import { trafficSplitOf } from '../kinds/speech-engine.js';
import { formatIdentity } from '../model/identity.js';
import type { Live } from '../model/resource.js';
import type { EngineTraffic, NamedSplit } from '../traffic/engine-traffic.js';
import type { Comparison } from './planned-change.js';

/** The traffic of all engines: those with a manifest, then the unmanaged ones. `changing` has the ids that a run changes. */
export function planTraffic(
  compared: readonly Comparison[],
  unmanaged: readonly Live[],
  changing: ReadonlySet<string>,
): EngineTraffic[] {
  return [
    ...compared.filter(isEngine).map((one) => managedTraffic(one, changing.has(one.id))),
    ...unmanaged.filter(({ identity }) => identity.kind === 'SpeechEngine').map(unmanagedTraffic),
  ];
}

/** The name and the split of an engine's state; null for null, an engine that is not live. */
export function namedSplit(state: State): NamedSplit;
export function namedSplit(state: State | null): NamedSplit | null;
export function namedSplit(state: State | null): NamedSplit | null {
  if (state === null) return null;
  const { name } = state;
  return { name: typeof name === 'string' ? name : '', split: trafficSplitOf(state) };
}

function managedTraffic({ id, resource, live, before, after }: Comparison, changing: boolean): EngineTraffic {
  return {
    id,
    version: resource.identity.version ?? '',
    remoteId: live?.remoteId ?? null,
    live: namedSplit(before),
    desired: namedSplit(after),
    changing,
  };
}

function unmanagedTraffic({ identity, remoteId, entity }: Live): EngineTraffic {
  return {
    id: formatIdentity(identity),
    version: identity.version ?? '',
    remoteId,
    live: { name: identity.name, split: trafficSplitOf(entity) },
    desired: null,
    changing: false,
  };
}

function isEngine({ resource }: Comparison): boolean {
  return resource.identity.kind === 'SpeechEngine';
}
