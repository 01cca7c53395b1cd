import { KnownError } from '../model/known-error.js';
import { simulatorSecret } from '../model/simulator-secret.js';
import type { Context, SharedOptions } from './context.js';

/**
 * A run for a pull or merge request reads manifests that nobody has approved. Against a real host they would name the
 * endpoint and the secrets themselves: refused without `--trust-ref`.
 */
export function refuseUntrustedRun(
  context: Context,
  { trustRef }: SharedOptions,
  environment: string,
  simulated: boolean,
): void {
  const variable = simulated || trustRef !== undefined ? undefined : requestVariable(context);
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
  context: Context,
  { trustRef, endpoint }: SharedOptions,
  environment: string,
  clientSecret: string,
): void {
  if (trustRef !== undefined || endpoint !== undefined || clientSecret === simulatorSecret) return;
  const variable = requestVariable(context);
  if (variable === undefined) return;
  throw new KnownError(
    'ConfigurationError',
    `environment ${environment}: ${variable} shows a pull request's run, and its manifests would send the client secret to a port of their choice`,
    {
      hint: 'Against the simulator the secret is simulator-secret; else name the settings that count with --trust-ref.',
    },
  );
}

/** The variable that shows the run of a pull or merge request; undefined in any other run. */
export function requestVariable({ env }: Pick<Context, 'env'>): string | undefined {
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
