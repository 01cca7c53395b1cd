import type { SecretSource } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import { secretTarget } from '../kinds/secret-target.js';
import { formatIdentity } from '../model/identity.js';
import type { Live, Resource } from '../model/resource.js';
import { diffStates } from './diff.js';
import { matchResources } from './match.js';

/** A secret value that is live: CXone has one, and does not show it. */
export interface LiveSecret extends SecretSource {
  /** The printed identity of the manifest that names it. */
  readonly id: string;
  readonly remoteId: string;
  /** The origin that CXone sends it to. */
  readonly target: string | undefined;
}

/**
 * The secrets of manifests that are live. Those of a resource whose state shows that they are sent in any case are left
 * out: nothing has to be known of them.
 */
export function liveSecrets(resources: readonly Resource[], live: readonly Live[]): LiveSecret[] {
  const naming = resources.filter((one) => secretsOf(one).length > 0);
  const kinds = new Set(naming.map(({ identity }) => identity.kind));
  const { matches } = matchResources(
    naming,
    live.filter(({ identity }) => kinds.has(identity.kind)),
  );
  return matches.flatMap(({ resource, live: found }) => {
    if (found === undefined || sentAnyway(resource, found)) return [];
    const id = formatIdentity(resource.identity);
    const about = { id, remoteId: found.remoteId, target: secretTarget(resource) };
    return secretsOf(resource).map((secret) => ({ ...secret, ...about }));
  });
}

/** One that is named for the first time has all of them sent. */
function sentAnyway(resource: Resource, { entity }: Live): boolean {
  const kind = kindDefinition(resource.identity.kind);
  const paths = new Set(kind.secretsOf(resource).map(({ path }) => path));
  const before = kind.liveState(entity, (remoteId) => remoteId);
  return diffStates(kind, before, kind.desiredState(resource)).some(({ path }) => paths.has(path));
}

function secretsOf(resource: Resource): readonly SecretSource[] {
  return kindDefinition(resource.identity.kind).secretsOf(resource);
}
