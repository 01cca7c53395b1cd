import { formatIdentity } from '../../model/identity.js';
import { nearestAmong } from '../../model/nearest.js';
import type { Resource } from '../../model/resource.js';
import type { ResourceFinding } from './resource-finding.js';

const prefix = 'SpeechEngine/';

/**
 * Engines that webhooks name and that are not among the resources. `disabled` are the identities that the manifests define
 * and switch off.
 */
export function unknownEngines(resources: readonly Resource[], disabled: ReadonlySet<string>): ResourceFinding[] {
  const ids = new Set(resources.map(({ identity }) => formatIdentity(identity)));
  // By name and version alone: what all identities begin with would make any two of them near.
  const known = [...ids].filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
  const nearestEngine = nearestAmong(known);
  const findings: ResourceFinding[] = [];
  for (const resource of resources) {
    const engines = resource.identity.kind === 'Webhook' ? resource.spec['engines'] : undefined;
    if (!Array.isArray(engines)) continue;
    for (const [index, id] of engines.entries()) {
      if (typeof id !== 'string' || !id.startsWith(prefix) || ids.has(id)) continue;
      const message = `${id} is not ${disabled.has(id) ? 'enabled' : 'among the manifests'}.`;
      const path = `/spec/engines/${index}`;
      const meant = nearestEngine(id.slice(prefix.length));
      const hint =
        meant === undefined
          ? 'Name an engine of this environment: SpeechEngine/<name>@<version>.'
          : `Did you mean \`${prefix}${meant}\`?`;
      findings.push({ resource, code: 'unknown-engine', path, message, hint });
    }
  }
  return findings;
}
