import { formatIdentity } from '../model/identity.js';
import type { Live } from '../model/resource.js';
import type { Match } from './match.js';

/**
 * A live engine is printed as its manifest names it, so that a rename is no change of the webhooks that name it. One
 * without a manifest that has the identity of one with a manifest keeps its id: the two are not the same.
 */
export function liveNames(matches: readonly Match[], unmanaged: readonly Live[]): Map<string, string> {
  const names = new Map<string, string>();
  const managed = new Set(matches.map(({ resource }) => formatIdentity(resource.identity)));
  for (const { identity, remoteId } of unmanaged) {
    const name = formatIdentity(identity);
    if (!managed.has(name)) names.set(remoteId, name);
  }
  for (const { resource, live } of matches) if (live) names.set(live.remoteId, formatIdentity(resource.identity));
  return names;
}
