import type { Plan } from '../model/generated/plan.js';
import type { EngineTraffic } from '../traffic/engine-traffic.js';
import type { TrafficIndex } from '../traffic/traffic-index.js';
import { linkedGroups } from './linked-groups.js';
import type { PlannedChange } from './planned-change.js';
import { planSteps } from './steps.js';

/**
 * What must not be applied though the manifests are valid: with the changes of this run, the splits of a name's versions
 * and of its unmanaged live versions would pass 100, at the end or on the way (docs/semantics.md, "Sums"). A name that
 * nothing changes is left alone.
 */
export function guardTraffic(changes: readonly PlannedChange[], traffic: TrafficIndex): Plan['refusals'] {
  const over = traffic.changingNames.flatMap((name) => overAtTheEnd(name, traffic));
  return over.length > 0 ? over : linkedGroups(changes).flatMap((group) => circle(group, traffic));
}

function overAtTheEnd(name: string, traffic: TrafficIndex): Plan['refusals'] {
  const sum = traffic.sumAfter(name);
  const unmanaged = traffic.under(name).filter(({ desired, live }) => desired === null && (live?.split ?? 0) > 0);
  // Without them it is the manifests that pass 100, or what `--only` selects: both are problems of their own.
  if (sum <= 100 || unmanaged.length === 0) return [];
  return [
    {
      code: 'traffic-over-100',
      id: `SpeechEngine/${name}`,
      message: `the splits would sum to ${sum}: live version ${unmanaged.map(serving).join(', ')} without a manifest`,
      hint: 'Add a manifest for the live version, or lower the splits in git.',
    },
  ];
}

/** Engines that take each other's names: while the first one moves, its new name has both. */
function circle(group: readonly PlannedChange[], traffic: TrafficIndex): Plan['refusals'] {
  const { blocked } = planSteps(group, traffic);
  const [first] = blocked;
  if (first === undefined) return [];
  const ids = blocked.map(({ change }) => change.id).join(' and ');
  return [
    {
      code: 'traffic-over-100',
      id: `SpeechEngine/${first.change.resource.identity.name}`,
      message: `the splits would pass 100 on the way: each of ${ids} needs the traffic that another one of them still serves`,
      hint: 'Set the trafficSplit of one of them to 0 in git and apply that first, or rename one of them to an unused name first.',
    },
  ];
}

function serving({ version, remoteId, live }: EngineTraffic): string {
  return `${version} (${remoteId ?? ''}) serves ${live?.split ?? 0}`;
}
