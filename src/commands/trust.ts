import { KnownError } from '../model/known-error.js';
import type { Context } from './context.js';

/**
 * A run for a pull or merge request reads manifests that nobody has approved. It may use them against a simulator only:
 * against a real host they could name the endpoint and the secrets themselves (docs/security.md, "Trust").
 */
export function refuseUntrustedRun({ env }: Context, environment: string, simulated: boolean): void {
  const variable = simulated ? undefined : requestVariable(env);
  if (variable === undefined) return;
  throw new KnownError(
    'ConfigurationError',
    `environment ${environment}: ${variable} shows a pull request's run, and its manifests would choose where the credentials go`,
    {
      hint: 'Preview against a simulator with --endpoint, or check out the target branch and give the head as data.',
    },
  );
}

function requestVariable(env: Context['env']): string | undefined {
  const event = env['GITHUB_EVENT_NAME'] ?? '';
  if (event === 'pull_request' || event === 'pull_request_target') return 'GITHUB_EVENT_NAME';
  const others = ['CI_MERGE_REQUEST_IID', 'CHANGE_ID', 'SYSTEM_PULLREQUEST_PULLREQUESTID', 'BITBUCKET_PR_ID'];
  return others.find((name) => (env[name] ?? '') !== '');
}
