import { formatIdentity, type Identity } from '../model/identity.js';
import type { Problem } from '../model/problem.js';
import type { Live, Resource } from '../model/resource.js';

/** A manifest and the live resource that it describes; `live` is undefined for one that is yet to be created. */
export interface Match {
  readonly resource: Resource;
  readonly live: Live | undefined;
}

export interface MatchResult {
  readonly matches: readonly Match[];
  /** Live resources that no manifest describes, in the order of their printed identity and id. */
  readonly unmanaged: readonly Live[];
  /** What makes a match ambiguous; nothing can be planned while there is any. */
  readonly problems: readonly Problem[];
}

/**
 * Finds the live resource of each manifest: by `engineId`, else by name + version, else by a previous name + version
 * (docs/semantics.md, "Matching").
 */
export function matchResources(resources: readonly Resource[], live: readonly Live[]): MatchResult {
  const index = indexLive(live);
  const problems: Problem[] = [];
  const taken = new Map<string, Resource>();
  const matches: Match[] = [];

  for (const resource of resources) {
    const found = findLive(resource, index, problems);
    if (found !== undefined) claim(found, resource, taken, problems);
    matches.push({ resource, live: found });
  }
  const unmanaged = live.filter(({ remoteId }) => !taken.has(remoteId));
  problems.push(...leftBehind(resources, unmanaged));
  const key = (one: Live) => `${formatIdentity(one.identity)}\0${one.remoteId}`;
  return { matches, unmanaged: unmanaged.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)), problems };
}

interface LiveIndex {
  readonly byId: ReadonlyMap<string, Live>;
  readonly byIdentity: ReadonlyMap<string, readonly Live[]>;
}

function indexLive(live: readonly Live[]): LiveIndex {
  const byIdentity = new Map<string, Live[]>();
  for (const one of live) {
    const key = formatIdentity(one.identity);
    const same = byIdentity.get(key);
    if (same === undefined) byIdentity.set(key, [one]);
    else same.push(one);
  }
  return { byId: new Map(live.map((one) => [`${one.identity.kind}/${one.remoteId}`, one])), byIdentity };
}

function findLive(resource: Resource, index: LiveIndex, problems: Problem[]): Live | undefined {
  if (resource.engineId !== undefined) return pinned(resource, resource.engineId, index, problems);
  const { identity, previousNames } = resource;
  const named = [identity.name, ...previousNames].map((name) => only(resource, { ...identity, name }, index, problems));
  const present = named.filter((one) => one !== undefined);
  if (present.length > 1) {
    const names = present.map((one) => `${formatIdentity(one.identity)} (${one.remoteId})`).join(' and ');
    problems.push(
      problemAt(
        resource,
        'rename-ambiguous',
        `both its new and its old name are live: ${names}`,
        'Remove the entry of previousNames, or pin one of them with metadata.engineId.',
      ),
    );
  }
  return present[0];
}

function pinned(resource: Resource, engineId: string, index: LiveIndex, problems: Problem[]): Live | undefined {
  const found = index.byId.get(`${resource.identity.kind}/${engineId}`);
  if (found === undefined) {
    problems.push(
      problemAt(
        resource,
        'engine-id-unknown',
        `metadata.engineId ${engineId} is not a live engine`,
        'Correct the id, or remove it to match by name and version.',
      ),
    );
  } else if (found.identity.version !== resource.identity.version) {
    problems.push(
      problemAt(
        resource,
        'engine-id-version',
        `metadata.engineId ${engineId} is live as ${formatIdentity(found.identity)}, and the version of an engine can't be changed`,
        'Give the new version a document of its own, without engineId.',
      ),
    );
  }
  return found;
}

function only(resource: Resource, identity: Identity, index: LiveIndex, problems: Problem[]): Live | undefined {
  const found = index.byIdentity.get(formatIdentity(identity)) ?? [];
  if (found.length > 1) {
    const ids = found.map(({ remoteId }) => remoteId).join(' and ');
    const hint =
      identity.kind === 'SpeechEngine' ? 'Pin one of them with metadata.engineId.' : 'Rename one of them in CXone.';
    problems.push(
      problemAt(
        resource,
        'live-ambiguous',
        `${found.length} live resources are ${formatIdentity(identity)}: ${ids}`,
        hint,
      ),
    );
  }
  return found[0];
}

function claim(found: Live, resource: Resource, taken: Map<string, Resource>, problems: Problem[]): void {
  const other = taken.get(found.remoteId);
  if (other !== undefined) {
    problems.push(
      problemAt(
        resource,
        'live-claimed-twice',
        `it and ${formatIdentity(other.identity)} both describe the live ${formatIdentity(found.identity)} (${found.remoteId})`,
        'Correct previousNames or engineId of one of them.',
      ),
    );
  }
  taken.set(found.remoteId, resource);
}

/** A rename moves every version: traffic is split within one name, so one left under the old name would serve beside it. */
function leftBehind(resources: readonly Resource[], unmanaged: readonly Live[]): Problem[] {
  const renamed = new Map<string, Resource>();
  for (const resource of resources)
    for (const name of resource.previousNames) renamed.set(`${resource.identity.kind}/${name}`, resource);
  return unmanaged.flatMap((one) => {
    const resource = renamed.get(`${one.identity.kind}/${one.identity.name}`);
    if (resource === undefined) return [];
    return [
      problemAt(
        resource,
        'rename-incomplete',
        `${formatIdentity(one.identity)} (${one.remoteId}) is live under the old name and no manifest renames it`,
        `Add a manifest for version ${one.identity.version ?? ''} with the same previousNames.`,
      ),
    ];
  });
}

function problemAt(resource: Resource, code: string, message: string, hint: string): Problem {
  return {
    ...resource.source,
    severity: 'error',
    code,
    path: '',
    message: `${formatIdentity(resource.identity)}: ${message}`,
    hint,
  };
}
