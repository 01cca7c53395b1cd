import { formatIdentity } from '../../model/identity.js';
import type { Resource } from '../../model/resource.js';
import type { ResourceFinding } from './resource-finding.js';

/** Former names that something else has, or that two manifests claim: they would rename the wrong thing. */
export function formerNames(resources: readonly Resource[]): ResourceFinding[] {
  const ids = new Map(resources.map((resource) => [formatIdentity(resource.identity), resource]));
  const claimed = new Map<string, Resource>();
  const findings: ResourceFinding[] = [];
  for (const resource of resources) {
    for (const [index, name] of resource.previousNames.entries()) {
      const former = formatIdentity({ ...resource.identity, name });
      const at = { resource, code: 'former-name', path: `/metadata/previousNames/${index}` } as const;
      const other = ids.get(former) ?? claimed.get(former);
      if (name === resource.identity.name) {
        findings.push({ ...at, message: `${name} is the present name.`, hint: 'List former names only.' });
      } else if (other !== undefined) {
        const verb = ids.has(former) ? 'is defined' : 'is claimed';
        const message = `${former} ${verb} in ${other.source.file}:${other.source.line} too.`;
        findings.push({
          ...at,
          message,
          hint: 'A former name belongs to one manifest only: take it out of the other.',
        });
      } else {
        claimed.set(former, resource);
      }
    }
  }
  return findings;
}
