import { trafficSplitOf } from '../../kinds/speech-engine.js';
import type { Resource } from '../../model/resource.js';
import { sumByName } from '../../traffic/sum-by-name.js';
import type { ResourceFinding } from './resource-finding.js';
import { servingVersions } from './serving-versions.js';

/** More than anybody reads of one name. */
const maxParts = 10;

/** Names whose versions would serve more than all of the traffic; each is blamed on the last of its versions. */
export function splitSum(resources: readonly Resource[]): ResourceFinding[] {
  const findings: ResourceFinding[] = [];
  const serving = servingVersions(resources);
  const shares = [...serving].flatMap(([name, versions]) =>
    versions.map(({ spec }) => ({ name, split: trafficSplitOf(spec) })),
  );
  const sums = sumByName(shares);
  for (const [name, versions] of serving) {
    const sum = sums.get(name) ?? 0;
    const resource = versions.at(-1);
    if (sum <= 100 || resource === undefined) continue;
    const parts = versions
      .slice(0, maxParts)
      .map((version) => `${version.identity.version} at ${trafficSplitOf(version.spec)}`);
    const more = versions.length > maxParts ? `, and ${versions.length - maxParts} more` : '';
    const message = `The splits of ${name} sum to ${sum}: ${parts.join(', ')}${more}.`;
    const hint = 'Lower one of them: they may sum to at most 100.';
    findings.push({ resource, code: 'split-sum', path: '/spec/trafficSplit', message, hint });
  }
  return findings;
}
