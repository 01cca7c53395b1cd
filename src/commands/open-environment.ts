import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { ConnectOptions } from '../cxone/connect.js';
import { openGit } from '../git/git.js';
import { type BlobIds, blobIds, type GitState, readGitState } from '../git/git-state.js';
import type { EnvironmentSettings } from '../manifest/environment-settings.js';
import { folderSource } from '../manifest/folder-source.js';
import { type LoadedEnvironment, loadEnvironment } from '../manifest/load-environment.js';
import type { ManifestSource } from '../manifest/manifest-source.js';
import { checkEndpoint, type Endpoint } from '../model/endpoint.js';
import { formatIdentity } from '../model/identity.js';
import { KnownError } from '../model/known-error.js';
import { isValid } from '../model/problem.js';
import { counted } from '../report/counted.js';
import { type Context, type SharedOptions, say } from './context.js';
import { readCredentials, type Secrets } from './credentials.js';
import { refuseUntrustedRun, refuseUntrustedSecret, trustedSettings } from './trust.js';

/** An environment whose manifests are valid and whose endpoint may be called. */
export interface OpenedEnvironment {
  readonly loaded: LoadedEnvironment;
  /** Of the manifests, but for what `--trust-ref` decides. */
  readonly settings: EnvironmentSettings;
  readonly git: GitState;
  readonly endpoint: Endpoint;
  /** The endpoint is loopback: everything printed is marked. */
  readonly simulated: boolean;
  /** What the manifests would change in trusted settings. */
  readonly notices: readonly string[];
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
  if (!isValid(loaded.problems) || head === undefined) {
    const message = `environment ${environment}: its manifests have ${counted(errors.length, 'error')}`;
    throw new KnownError('ManifestError', message, {
      hint: `Put them right; \`cxone-gitops validate ${environment}\` shows them.`,
      problems: errors,
    });
  }
  refuseRollouts(loaded);
  const { settings, notices } = await trustedSettings(context, options, environment, head);
  const { endpoint, simulated } = chooseEndpoint(options, settings);
  refuseUnverifiedTls(context);
  refuseUntrustedRun(context, options, environment, simulated);
  for (const notice of notices) say(context, options, `warning: ${notice}`);
  return { loaded, settings, git, endpoint, simulated, notices };
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

/** The manifests with their problems, and the state of git when they were read. */
async function readManifests(context: Context, { root, allowHost }: SharedOptions, environment: string) {
  const read = new Map<string, BlobIds>();
  const folder = folderSource(root);
  const source: ManifestSource = {
    ...folder,
    read: async (file) => {
      const answer = await folder.read(file);
      if ('bytes' in answer) read.set(file, blobIds(answer.bytes));
      return answer;
    },
  };
  const loaded = await loadEnvironment(source, environment, { allowHosts: allowHost });
  const realRoot = await realpath(path.resolve(context.cwd, root));
  const within = (file: string) => path.join(realRoot, file);
  const folders = [environment, ...(loaded.settings?.bases ?? [])].map(within);
  const files = new Map([...read].map(([file, ids]) => [within(file), ids]));
  return { loaded, git: await readGitState(openGit(context.env), folders, files) };
}

function chooseEndpoint(options: SharedOptions, settings: EnvironmentSettings) {
  const addresses = options.endpoint === undefined ? settings.endpoint : { baseUrl: options.endpoint };
  const checked = checkEndpoint(addresses, { allowHosts: options.allowHost });
  if ('endpoint' in checked) return checked;
  throw new KnownError('ConfigurationError', `${addresses.baseUrl}: ${checked.reason}`, { hint: checked.hint });
}

function refuseUnverifiedTls({ env }: Context): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return;
  throw new KnownError('ConfigurationError', 'NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of who answers', {
    hint: 'Unset it. Trust a private authority with NODE_EXTRA_CA_CERTS.',
  });
}

/** What a client of this environment needs; the same for reading and for writing. */
export function connectOptions(
  context: Context,
  options: SharedOptions,
  { loaded, settings, endpoint }: OpenedEnvironment,
  secrets: Secrets,
): ConnectOptions {
  const credentials = readCredentials(loaded.name, settings.credentials, secrets);
  refuseUntrustedSecret(context, options, loaded.name, credentials.clientSecret);
  return {
    endpoint,
    credentials,
    concurrency: options.concurrency,
    timeoutMs: options.timeout * 1000,
    version: context.version,
    clock: context.clock,
    random: context.random,
    mask: context.secrets,
    onWait: ({ reason, ms, method, path: where }) => {
      say(context, options, `waiting ${(ms / 1000).toFixed(1)} s (${waitWords[reason]}): ${method} ${where}`);
    },
    onRequest: ({ method, path: where, status, ms, correlationId }) => {
      if (options.verbose !== true) return;
      context.err.write(`${method} ${where} ${status ?? 'no answer'} ${Math.round(ms)} ms ${correlationId}\n`);
    },
  };
}

const waitWords = { 'rate-limit': 'rate limit', retry: 'no usable answer yet' };
