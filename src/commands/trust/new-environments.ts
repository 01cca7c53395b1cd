import { declaredEndpoint } from '../../manifest/declared-endpoint.js';
import { folderSource } from '../../manifest/folder-source.js';
import { listEnvironments } from '../../manifest/list-environments.js';
import type { ManifestSource } from '../../manifest/manifest-source.js';
import { KnownError } from '../../model/known-error.js';
import type { Context, SharedOptions } from '../context.js';
import { requestVariable } from './trust.js';

/**
 * One sentence for each environment that the manifests at hand add to those of a ref, at an endpoint that one of these
 * has: it would go round the guardrails and the credentials of the other. Throws a KnownError for them in a pull
 * request's run (docs/security.md, "Trust").
 */
export async function newAtKnownEndpoint(
  context: Context,
  { root, allowHost }: SharedOptions,
  ref: string,
  atRef: ManifestSource,
): Promise<string[]> {
  const source = folderSource(root);
  const known = await listEnvironments(atRef);
  const added = (await listEnvironments(source)).filter((name) => !known.includes(name));
  if (added.length === 0) return [];
  const owners = await byEndpoint(atRef, known, allowHost);
  const found: string[] = [];
  for (const [endpoint, names] of await byEndpoint(source, added, allowHost)) {
    const owner = owners.get(endpoint)?.[0];
    if (owner === undefined) continue;
    for (const name of names) found.push(`environment ${name} is not at ${ref}, and its endpoint is that of ${owner}`);
  }
  const variable = requestVariable(context);
  if (found.length === 0 || variable === undefined) return found;
  throw new KnownError('ConfigurationError', `${variable} shows a pull request's run, and ${found.join('; ')}`, {
    hint: 'One organisation has one environment. Where two are meant, an operator plans them outside the pull request.',
  });
}

/** Names of environments by their endpoint's base URL; those that can't be read or are invalid are nobody's. */
async function byEndpoint(
  source: ManifestSource,
  names: readonly string[],
  allowHosts: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const name of names) {
    const endpoint = await declaredEndpoint(source, name, allowHosts);
    if (endpoint !== undefined) found.set(endpoint, [...(found.get(endpoint) ?? []), name]);
  }
  return found;
}
