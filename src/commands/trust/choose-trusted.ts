import { openGit } from '../../git/git.js';
import type { EnvironmentSettings } from '../../manifest/environment-settings.js';
import { gitSource } from '../../manifest/git-source.js';
import { loadEnvironment } from '../../manifest/load-environment.js';
import type { ManifestSource } from '../../manifest/manifest-source.js';
import { readEnvironmentFile } from '../../manifest/read-environment-file.js';
import { trustedSettings } from '../../manifest/trusted-settings.js';

import { KnownError } from '../../model/known-error.js';
import type { Resource } from '../../model/resource.js';
import { type TrustChange, trustChanges } from '../../model/trust-changes.js';
import { type TrustedSettings, trustedJson } from '../../model/trusted-settings.js';
import type { Context, SharedOptions } from '../context.js';
import { newAtKnownEndpoint } from './new-environments.js';

/** The settings that decide where credentials go, and what the manifests at hand would change in them. */
export interface Trusted {
  /** Of the manifests at hand, but for what `--trust-ref` decides. */
  readonly settings: EnvironmentSettings;
  /** What the manifests at hand ask for: an apply of them holds it against its ledger. */
  readonly wanted: TrustedSettings;
  /** Under `--trust-ref`, what counts in this run. */
  readonly atRef?: { readonly ref: string; readonly settings: TrustedSettings };
  /** One sentence each, of what has no effect on this run. */
  readonly notices: readonly string[];
}

/** What the manifests at hand say. `resources` are absent where a command looks at environment.yaml alone. */
interface Head {
  readonly settings: EnvironmentSettings;
  readonly resources?: readonly Resource[];
}

/**
 * With `--trust-ref`, the trusted settings as the tip of that ref has them, whatever the manifests at hand say
 * (docs/security.md, "Trust"). Throws a KnownError where the ref has no such environment, and where a pull request's run
 * brings a second environment to an endpoint.
 */
export async function chooseTrusted(
  context: Context,
  options: SharedOptions,
  environment: string,
  { settings: head, resources }: Head,
): Promise<Trusted> {
  const wanted = trustedSettings(head, resources ?? []);
  const { root, trustRef: ref } = options;
  if (ref === undefined) return { settings: head, wanted, notices: [] };
  const source = await gitSource(openGit(context.env), root, ref);
  const added = await newAtKnownEndpoint(context, options, ref, source);
  const trusted = await readTrusted(source, environment, options, resources !== undefined);
  const settings = trustedSettings(trusted.settings, trusted.resources);
  const { endpoint, simulated, credentials, ledgerPath, ledgerBranch, guardrails, listLagMs } = trusted.settings;
  const { ledgerPath: _path, ledgerBranch: _branch, ...rest } = head;
  const ledger = {
    ...(ledgerPath !== undefined && { ledgerPath }),
    ...(ledgerBranch !== undefined && { ledgerBranch }),
  };
  const changes = trustChanges(trustedJson(settings), trustedJson(wanted));
  return {
    // A long lag would hold a preview up.
    settings: { ...rest, endpoint, simulated, credentials, guardrails, listLagMs, ...ledger },
    wanted,
    atRef: { ref, settings },
    notices: [...changes.map((change) => `${changeWords(change)}: this run uses what ${ref} says`), ...added],
  };
}

async function readTrusted(
  source: ManifestSource,
  environment: string,
  { trustRef, allowHost }: SharedOptions,
  whole: boolean,
): Promise<{ settings: EnvironmentSettings; resources: readonly Resource[] }> {
  const { settings, problems, resources } = whole
    ? await loadEnvironment(source, environment, { allowHosts: allowHost })
    : { ...(await readEnvironmentFile(source, environment, allowHost)), resources: [] };
  if (settings !== undefined) return { settings, resources };
  throw new KnownError('ConfigurationError', `environment ${environment}: its settings at ${trustRef} have errors`, {
    hint: 'Merge a correction of environment.yaml first.',
    problems,
  });
}

/** `the manifests change the endpoint from A to B`. */
function changeWords({ setting, before, after }: TrustChange): string {
  const none = setting === 'ledger' ? 'the default' : 'nothing';
  const what = settingWords.get(setting) ?? setting.replace(/^webhooks\.(.+)$/, 'where the value of $1 goes');
  return `the manifests change ${what} from ${before ?? none} to ${after ?? none}`;
}

const settingWords: ReadonlyMap<string, string> = new Map([
  ['baseUrl', 'the endpoint'],
  ['tokenUrl', 'the token URL'],
  ['credentials.clientId', "the client id's variable"],
  ['credentials.clientSecret', "the client secret's variable"],
  ['ledger', 'the ledger'],
  ['ledger.remote', 'the remote of the ledger'],
  ['ledger.branch', 'the branch of the ledger'],
]);
