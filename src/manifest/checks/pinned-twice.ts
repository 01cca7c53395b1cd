import { formatIdentity, type Identity } from '../../model/identity.js';
import type { Resource } from '../../model/resource.js';
import type { ResourceFinding } from './resource-finding.js';

/** Two manifests that pin the same live engine. */
export function pinnedTwice(resources: readonly Resource[]): ResourceFinding[] {
  const byId = new Map<string, Identity>();
  const findings: ResourceFinding[] = [];
  for (const resource of resources) {
    const { engineId } = resource;
    if (engineId === undefined) continue;
    const other = byId.get(engineId);
    if (other === undefined) {
      byId.set(engineId, resource.identity);
      continue;
    }
    const message = `${formatIdentity(other)} has the engineId ${engineId} too.`;
    const hint = 'One live engine has one manifest: take the engineId out of the other.';
    findings.push({ resource, code: 'pinned-twice', path: '/metadata/engineId', message, hint });
  }
  return findings;
}
