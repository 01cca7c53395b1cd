import { openGit } from '../git/git.js';
import type { EnvironmentSettings } from '../manifest/environment-settings.js';
import { gitSource } from '../manifest/git-source.js';
import { readEnvironmentFile } from '../manifest/read-environment-file.js';
import { KnownError } from '../model/known-error.js';
import { simulatorSecret } from '../model/simulator-secret.js';
import type { Context, SharedOptions } from './context.js';

/** The settings that decide where credentials go, and what the manifests at hand would change in them. */
export interface Trusted {
  readonly settings: EnvironmentSettings;
  /** One sentence each; they have no effect on this run. */
  readonly notices: readonly string[];
}

/**
 * With `--trust-ref`, the endpoint, the credentials' variables and the ledger as the tip of that ref names them, whatever
 * the manifests at hand say (docs/security.md, "Trust"). Throws a KnownError where the ref has no such environment.
 */
export async function trustedSettings(
  context: Context,
  { root, trustRef, allowHost }: SharedOptions,
  environment: string,
  head: EnvironmentSettings,
): Promise<Trusted> {
  if (trustRef === undefined) return { settings: head, notices: [] };
  const source = await gitSource(openGit(context.env), root, trustRef);
  const { settings, problems } = await readEnvironmentFile(source, environment, allowHost);
  if (settings === undefined) {
    throw new KnownError('ConfigurationError', `environment ${environment}: its settings at ${trustRef} have errors`, {
      hint: 'Merge a correction of environment.yaml first.',
      problems,
    });
  }
  const { endpoint, simulated, credentials, ledgerPath } = settings;
  const { ledgerPath: _untrusted, ...rest } = head;
  const ledger = ledgerPath === undefined ? {} : { ledgerPath };
  return {
    settings: { ...rest, endpoint, simulated, credentials, ...ledger },
    notices: differences(settings, head).map((what) => `${what}: this run uses what ${trustRef} says`),
  };
}

function differences(trusted: EnvironmentSettings, head: EnvironmentSettings): string[] {
  const pairs = [
    ['the endpoint', trusted.endpoint.baseUrl, head.endpoint.baseUrl],
    ['the token URL', trusted.endpoint.tokenUrl, head.endpoint.tokenUrl],
    ["the client id's variable", trusted.credentials.clientId, head.credentials.clientId],
    ["the client secret's variable", trusted.credentials.clientSecret, head.credentials.clientSecret],
    ['the ledger', trusted.ledgerPath ?? 'the default', head.ledgerPath ?? 'the default'],
  ] as const;
  return pairs
    .filter(([, was, is]) => was !== is)
    .map(([what, was, is]) => `the manifests change ${what} from ${was} to ${is}`);
}

/**
 * A run for a pull or merge request reads manifests that nobody has approved. Against a real host they would name the
 * endpoint and the secrets themselves: refused without `--trust-ref`.
 */
export function refuseUntrustedRun(
  { env }: Context,
  { trustRef }: SharedOptions,
  environment: string,
  simulated: boolean,
): void {
  const variable = simulated || trustRef !== undefined ? undefined : requestVariable(env);
  if (variable === undefined) return;
  throw new KnownError(
    'ConfigurationError',
    `environment ${environment}: ${variable} shows a pull request's run, and its manifests would choose where the credentials go`,
    { hint: 'Name the branch whose settings count with --trust-ref, such as origin/main.' },
  );
}

/**
 * Such a run may use the simulator, whose secret everyone knows. Another secret would go to whatever listens at the port
 * that its manifests name: refused, unless the operator named the endpoint.
 */
export function refuseUntrustedSecret(
  { env }: Context,
  { trustRef, endpoint }: SharedOptions,
  environment: string,
  clientSecret: string,
): void {
  if (trustRef !== undefined || endpoint !== undefined || clientSecret === simulatorSecret) return;
  const variable = requestVariable(env);
  if (variable === undefined) return;
  throw new KnownError(
    'ConfigurationError',
    `environment ${environment}: ${variable} shows a pull request's run, and its manifests would send the client secret to a port of their choice`,
    {
      hint: 'Against the simulator the secret is simulator-secret; else name the settings that count with --trust-ref.',
    },
  );
}

/**
 * Whether header values may be read to tell if they have changed. What nobody has approved yet must have no secret read:
 * not in the run of a pull request, and not where another ref is trusted in place of the manifests at hand.
 */
export function mayReadHeaderValues({ env }: Context, { trustRef }: SharedOptions): boolean {
  return trustRef === undefined && requestVariable(env) === undefined;
}

function requestVariable(env: Context['env']): string | undefined {
  return requestVariables.find(([name, shows]) => shows.test(env[name] ?? ''))?.[0];
}

const set = /./;
const setAndNotFalse = /^(?!false$)./;

/** What the run of a pull or merge request shows in: GitHub (and Gitea), GitLab, Jenkins, Azure, Bitbucket, and others. */
const requestVariables: readonly (readonly [name: string, shows: RegExp])[] = [
  // Reviews and their comments run at the merge of the request, too.
  ['GITHUB_EVENT_NAME', /^pull_request/],
  ['GITHUB_REF', /^refs\/pull\//],
  ['GITHUB_HEAD_REF', set],
  ['CI_MERGE_REQUEST_IID', set],
  ['CI_EXTERNAL_PULL_REQUEST_IID', set],
  ['CHANGE_ID', set],
  ['SYSTEM_PULLREQUEST_PULLREQUESTID', set],
  ['BUILD_REASON', /^PullRequest$/],
  ['BITBUCKET_PR_ID', set],
  ['CIRCLE_PULL_REQUEST', set],
  ['BUILDKITE_PULL_REQUEST', setAndNotFalse],
  ['TRAVIS_PULL_REQUEST', setAndNotFalse],
  ['DRONE_PULL_REQUEST', set],
  ['CI_COMMIT_PULL_REQUEST', set],
  ['APPVEYOR_PULL_REQUEST_NUMBER', set],
  ['CODEBUILD_WEBHOOK_EVENT', /^PULL_REQUEST_(?!MERGED)/],
  ['CIRRUS_PR', set],
  ['SEMAPHORE_GIT_PR_NUMBER', set],
];
