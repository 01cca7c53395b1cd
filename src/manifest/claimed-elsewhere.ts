import { formatIdentity } from '../model/identity.js';
import { KnownError } from '../model/known-error.js';
import { isValid, type Location, type Problem } from '../model/problem.js';
import type { Resource } from '../model/resource.js';
import { declaredEndpoint } from './declared-endpoint.js';
import { listEnvironments } from './list-environments.js';
import { loadEnvironment } from './load-environment.js';
import type { ManifestSource } from './manifest-source.js';

/** Where another environment of the same endpoint describes an identity. */
export interface Claim extends Location {
  readonly environment: string;
}

/** By printed identity. */
export type Claims = ReadonlyMap<string, Claim>;

/** What is kept of environments for the next one that is asked for; beyond that, they are read again. */
const maxKept = 100_000;

/**
 * Finds what other environments of an environment's endpoint manage, as all of them declare it (docs/security.md, "Trust").
 * One that can't be read or is invalid is passed over: it could not be applied either. One opened finder serves all
 * environments of a run.
 */
export function openClaims(
  source: ManifestSource,
  allowHosts: readonly string[],
): (environment: string) => Promise<Claims> {
  const endpoints = new Map<string, string | undefined>();
  const kept = new Map<string, Claims>();
  let room = maxKept;

  async function endpointOf(environment: string): Promise<string | undefined> {
    if (!endpoints.has(environment)) {
      endpoints.set(environment, await declaredEndpoint(source, environment, allowHosts));
    }
    return endpoints.get(environment);
  }

  async function claimsOf(environment: string): Promise<Claims> {
    const known = kept.get(environment);
    if (known !== undefined) return known;
    const claims = await readClaims(source, environment, allowHosts);
    room -= claims.size;
    if (room >= 0) kept.set(environment, claims);
    return claims;
  }

  return async (environment) => {
    const endpoint = await endpointOf(environment);
    const claims = new Map<string, Claim>();
    if (endpoint === undefined) return claims;
    for (const other of await listEnvironments(source)) {
      if (other === environment || (await endpointOf(other)) !== endpoint) continue;
      for (const [id, claim] of await claimsOf(other)) if (!claims.has(id)) claims.set(id, claim);
    }
    return claims;
  };
}

async function readClaims(source: ManifestSource, environment: string, allowHosts: readonly string[]): Promise<Claims> {
  try {
    const { resources, problems } = await loadEnvironment(source, environment, { allowHosts });
    if (!isValid(problems)) return new Map();
    return new Map(
      resources.map(({ identity, source: place }) => [formatIdentity(identity), { environment, ...place }]),
    );
  } catch (error) {
    if (error instanceof KnownError) return new Map();
    throw error;
  }
}

/** An error for each resource that another environment of the endpoint describes, too. */
export function claimedElsewhere(resources: readonly Resource[], claims: Claims): Problem[] {
  if (claims.size === 0) return [];
  return resources.flatMap(({ identity, source }): Problem[] => {
    const id = formatIdentity(identity);
    const claim = claims.get(id);
    if (claim === undefined) return [];
    const place = `${claim.file}:${claim.line}`;
    return [
      {
        severity: 'error',
        code: 'claimed-elsewhere',
        ...source,
        path: '',
        message: `${id} is managed by environment ${claim.environment}, too (${place}), at the same endpoint.`,
        hint: 'Each would undo what the other did: keep it in one of them.',
      },
    ];
  });
}
