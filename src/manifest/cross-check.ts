import type { Resource } from '../model/resource.js';
import { callbackUrl } from './checks/callback-url.js';
import { contradictingOptions } from './checks/contradicting-options.js';
import { formerNames } from './checks/former-names.js';
import { hopSize } from './checks/hop-size.js';
import { pinnedTwice } from './checks/pinned-twice.js';
import type { ResourceFinding } from './checks/resource-finding.js';
import { rollouts } from './checks/rollout.js';
import { servesAlone } from './checks/serves-alone.js';
import { splitSum } from './checks/split-sum.js';
import { unknownEngines } from './checks/unknown-engines.js';

/** What is known of an environment beyond its resources. */
interface Surroundings {
  /** Identities that the manifests define and switch off. */
  readonly disabled: ReadonlySet<string>;
  /** Names of engines of which a version's split is refused or misspelt: what their splits are is not known. */
  readonly unsureSplits: ReadonlySet<string>;
  /** False when a document could not be read: what seems to be missing may be in it. */
  readonly allRead: boolean;
  /** False when any document has an error of its own: what seems odd may only follow from it. */
  readonly allRight: boolean;
}

/**
 * What no schema can say: fields that contradict each other, and resources that contradict each other. Values of a wrong
 * type are passed over, since their schema refuses them.
 */
export function crossCheck(
  resources: readonly Resource[],
  { disabled, unsureSplits, allRead, allRight }: Surroundings,
): ResourceFinding[] {
  const sure = resources.filter(({ identity }) => !unsureSplits.has(identity.name));
  return [
    ...resources.flatMap((resource) => [
      ...hopSize(resource),
      ...contradictingOptions(resource),
      ...callbackUrl(resource),
    ]),
    ...splitSum(sure),
    ...formerNames(resources),
    ...pinnedTwice(resources),
    ...(allRead ? [...unknownEngines(resources, disabled), ...rollouts(resources, unsureSplits)] : []),
    ...(allRead && allRight ? servesAlone(resources) : []),
  ];
}
