import { catalogCodes } from '../../manifest/checks/catalog-findings.js';
import type { LoadedEnvironment } from '../../manifest/load-environment.js';
import { formatIdentity } from '../../model/identity.js';
import { KnownError } from '../../model/known-error.js';
import { counted } from '../../report/counted.js';
import type { Context, SharedOptions } from '../context.js';
import { chooseTrusted } from '../trust/choose-trusted.js';
import type { GitState } from './git-state.js';
import { type OpenedEndpoint, openEndpoint } from './open-endpoint.js';
import { readManifests } from './read-manifests.js';

/** An environment whose manifests are valid and whose endpoint may be called. */
export interface OpenedEnvironment extends OpenedEndpoint {
  readonly loaded: LoadedEnvironment;
  readonly git: GitState;
}

/**
 * Reads an environment's manifests and checks everything that must hold before the network is used. Throws a KnownError
 * that carries every problem of the manifests, or names what is wrong with the endpoint.
 */
export async function openEnvironment(
  context: Context,
  options: SharedOptions,
  environment: string,
): Promise<OpenedEnvironment> {
  const { loaded, git } = await readManifests(context, options, environment);
  const errors = loaded.problems.filter(({ severity }) => severity === 'error');
  const head = loaded.settings;
  // What the committed catalogue has not, the live one may have: that is looked at where engines are about to ask for it.
  if (errors.some(({ code }) => !catalogCodes.has(code)) || head === undefined) {
    const message = `environment ${environment}: its manifests have ${counted(errors.length, 'error')}`;
    throw new KnownError('ManifestError', message, {
      hint: `Put them right; \`cxone-gitops validate ${environment}\` shows them.`,
      problems: errors,
    });
  }
  refuseRollouts(loaded);
  const { resources } = loaded;
  const trusted = await chooseTrusted(context, options, environment, { settings: head, resources });
  return { ...openEndpoint(context, options, environment, trusted), loaded, git };
}

/** A rollout owns the splits that it moves; without carrying it out, to apply them at once would be the very opposite. */
function refuseRollouts({ resources }: LoadedEnvironment): void {
  const found = resources.find(({ rollout }) => rollout !== undefined);
  if (found === undefined) return;
  const { file, line } = found.origins.get('/rollout') ?? found.source;
  throw new KnownError(
    'ConfigurationError',
    `${formatIdentity(found.identity)} (${file}:${line}): its rollout can't be carried out by this version`,
    { hint: 'Take the rollout away, and move traffic by editing both splits.' },
  );
}
