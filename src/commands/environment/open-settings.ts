import { folderSource } from '../../manifest/folder-source.js';
import { readEnvironmentFile } from '../../manifest/read-environment-file.js';
import { KnownError } from '../../model/known-error.js';
import type { Context, SharedOptions } from '../context.js';
import { chooseTrusted } from '../trust/choose-trusted.js';
import { type OpenedEndpoint, openEndpoint } from './open-endpoint.js';

/**
 * Opens an environment by its environment.yaml alone, for commands to which its manifests are nothing: what must hold
 * before the network is used is checked. Throws a KnownError that names what does not.
 */
export async function openSettings(
  context: Context,
  options: SharedOptions,
  environment: string,
): Promise<OpenedEndpoint> {
  const source = folderSource(options.root);
  const { settings, problems } = await readEnvironmentFile(source, environment, options.allowHost);
  if (settings !== undefined) {
    const trusted = await chooseTrusted(context, options, environment, { settings });
    return openEndpoint(context, options, environment, trusted);
  }
  throw new KnownError('ManifestError', `environment ${environment}: its environment.yaml has errors`, {
    hint: `Put them right; \`cxone-gitops validate ${environment}\` shows them.`,
    problems: problems.filter(({ severity }) => severity === 'error'),
  });
}
