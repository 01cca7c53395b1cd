import { trafficSplitOf } from '../kinds/speech-engine.js';
import type { Plan } from '../model/generated/plan.js';
import type { Live } from '../model/resource.js';
import type { Comparison } from './planned-change.js';

/**
 * What must not be applied though the manifests are valid: with the changes of this run, the splits of a name's versions
 * and of its live versions without a manifest would pass 100 (docs/semantics.md, "Sums"). A name that nothing changes
 * is left alone.
 */
export function guardTraffic(
  compared: readonly Comparison[],
  changes: readonly Comparison[],
  unmanaged: readonly Live[],
): Plan['refusals'] {
  const sums = new Map<string, number>();
  for (const { resource } of changes.filter(isEngine)) sums.set(resource.identity.name, 0);
  const changing = new Set(changes.map(({ id }) => id));
  for (const one of compared.filter(isEngine)) {
    const { name } = one.resource.identity;
    if (sums.has(name)) add(sums, name, changing.has(one.id) ? trafficSplitOf(one.after) : liveSplit(one));
  }
  const outside = new Map<string, Live[]>();
  for (const live of unmanaged) {
    const { kind, name } = live.identity;
    if (kind !== 'SpeechEngine' || !sums.has(name) || trafficSplitOf(live.entity) === 0) continue;
    add(sums, name, trafficSplitOf(live.entity));
    outside.set(name, [...(outside.get(name) ?? []), live]);
  }
  return [...outside].flatMap(([name, engines]) => {
    const sum = sums.get(name) ?? 0;
    if (sum <= 100) return [];
    const serving = engines.map(
      ({ identity, remoteId, entity }) => `${identity.version} (${remoteId}) serves ${trafficSplitOf(entity)}`,
    );
    return [
      {
        code: 'traffic-over-100',
        id: `SpeechEngine/${name}`,
        message: `the splits would sum to ${sum}: live version ${serving.join(', ')} without a manifest`,
        hint: 'Add a manifest for the live version, or lower the splits in git.',
      },
    ];
  });
}

function isEngine({ resource }: Comparison): boolean {
  return resource.identity.kind === 'SpeechEngine';
}

/** What it serves under its wanted name as long as it is not changed. */
function liveSplit({ before, resource }: Comparison): number {
  return before !== null && before['name'] === resource.identity.name ? trafficSplitOf(before) : 0;
}

function add(sums: Map<string, number>, name: string, split: number): void {
  sums.set(name, (sums.get(name) ?? 0) + split);
}
