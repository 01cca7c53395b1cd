import { trafficSplitOf } from '../../kinds/speech-engine.js';
import { formatIdentity } from '../../model/identity.js';
import type { Resource } from '../../model/resource.js';
import type { ResourceFinding } from './resource-finding.js';
import { servingVersions } from './serving-versions.js';

/** Names of which one version alone serves traffic, and not all of it: valid, and seldom meant. */
export function servesAlone(resources: readonly Resource[]): ResourceFinding[] {
  const findings: ResourceFinding[] = [];
  for (const [name, [resource, ...others]] of servingVersions(resources)) {
    if (resource === undefined || others.length > 0 || trafficSplitOf(resource.spec) >= 100) continue;
    const split = trafficSplitOf(resource.spec);
    const rest = `${formatIdentity(resource.identity)} serves ${split} %, and no other version of ${name} the rest`;
    const hint = 'Set trafficSplit: 100, or give the rest to another version.';
    findings.push({
      resource,
      severity: 'warning',
      code: 'serves-alone',
      path: '/spec/trafficSplit',
      message: `${rest}: ${100 - split} % of its sessions reach no manifest's engine.`,
      hint,
    });
  }
  return findings;
}
