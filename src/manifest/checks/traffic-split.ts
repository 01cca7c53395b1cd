import type { Resource } from '../../model/resource.js';

/** The engines that serve traffic, by their name: those whose `trafficSplit` is above 0. */
export function servingVersions(resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  const byName = new Map<string, Resource[]>();
  for (const resource of resources) {
    if (resource.identity.kind !== 'SpeechEngine' || trafficSplit(resource) <= 0) continue;
    const versions = byName.get(resource.identity.name);
    if (versions === undefined) byName.set(resource.identity.name, [resource]);
    else versions.push(resource);
  }
  return byName;
}

/** The traffic split that a manifest wants, in percent; 0 where it says none. */
export function trafficSplit({ spec }: Resource): number {
  return typeof spec['trafficSplit'] === 'number' ? spec['trafficSplit'] : 0;
}
