import { trafficSplitOf } from '../../kinds/speech-engine.js';
import type { Live } from '../../model/resource.js';
import type { Comparison } from '../planned-change.js';

/** A live engine version that serves, that is, has a split above 0. */
export interface ServingVersion {
  readonly remoteId: string;
  readonly version: string;
  readonly split: number;
  /** What it is called live, and what its manifest calls it: two names while it waits to be renamed. */
  readonly names: readonly string[];
}

/** How traffic stands before an apply. */
export interface LiveTraffic {
  /** The versions that serve under a name or are to be renamed to it. */
  servingIn(name: string): readonly ServingVersion[];
  /**
   * The split that an engine has under its wanted name. One that a rename brings to a name where others serve takes their
   * traffic, so it starts from 0; where nobody serves, its own callers move with it.
   */
  splitBefore(engine: Comparison): number;
}

/** What the live engines serve, those without a manifest included. */
export function liveTraffic(compared: readonly Comparison[], unmanaged: readonly Live[]): LiveTraffic {
  const byName = new Map<string, ServingVersion[]>();
  for (const one of [...compared.flatMap(servingOf), ...unmanaged.flatMap(servingUnmanaged)]) {
    for (const name of new Set(one.names)) byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  const servingIn = (name: string) => byName.get(name) ?? [];
  return {
    servingIn,
    splitBefore({ before, resource }) {
      if (before === null) return 0;
      const { name } = resource.identity;
      const joins = before['name'] !== name && servingIn(name).some(({ names }) => names[0] === name);
      return joins ? 0 : trafficSplitOf(before);
    },
  };
}

function servingOf({ resource, live, before }: Comparison): ServingVersion[] {
  const { kind, name, version = '' } = resource.identity;
  if (kind !== 'SpeechEngine' || live === null || before === null || trafficSplitOf(before) === 0) return [];
  const names = [live.identity.name, name];
  return [{ remoteId: live.remoteId, version, split: trafficSplitOf(before), names }];
}

function servingUnmanaged({ identity, remoteId, entity }: Live): ServingVersion[] {
  const { kind, name, version = '' } = identity;
  const split = trafficSplitOf(entity);
  return kind === 'SpeechEngine' && split > 0 ? [{ remoteId, version, split, names: [name] }] : [];
}
