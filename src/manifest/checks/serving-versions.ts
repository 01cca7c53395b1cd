import { trafficSplitOf } from '../../kinds/speech-engine.js';
import type { Resource } from '../../model/resource.js';

/** The engines that serve traffic, by their name: those whose `trafficSplit` is above 0. */
export function servingVersions(resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  const byName = new Map<string, Resource[]>();
  for (const resource of resources) {
    if (resource.identity.kind !== 'SpeechEngine' || trafficSplitOf(resource.spec) <= 0) continue;
    const versions = byName.get(resource.identity.name);
    if (versions === undefined) byName.set(resource.identity.name, [resource]);
    else versions.push(resource);
  }
  return byName;
}
