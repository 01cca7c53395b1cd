import { KnownError } from '../model/known-error.js';
import type { ManifestSource } from './manifest-source.js';
import { readEnvironmentFile } from './read-environment-file.js';

/**
 * The normalized base URL that an environment.yaml declares; undefined where it can't be read or has an error, which is
 * for those to see who ask for that environment.
 */
export async function declaredEndpoint(
  source: ManifestSource,
  environment: string,
  allowHosts: readonly string[],
): Promise<string | undefined> {
  try {
    return (await readEnvironmentFile(source, environment, allowHosts)).settings?.endpoint.baseUrl;
  } catch (error) {
    if (error instanceof KnownError) return undefined;
    throw error;
  }
}
