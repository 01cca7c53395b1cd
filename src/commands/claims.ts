import type { Claimed } from '../model/generated/ledger-entry.js';
import type { Context } from './context.js';

/**
 * Who started the run, where it can be looked up, and for which pull request, as the CI's variables claim it; outside CI,
 * the user's name. Nothing proves them (docs/ledger.md).
 */
export function claimsOf({ env }: Pick<Context, 'env'>): Claimed {
  const first = (...names: string[]) => names.map((name) => env[name] ?? '').find((value) => value !== '') ?? null;
  return {
    actor: first('GITHUB_ACTOR', 'GITLAB_USER_LOGIN', 'BUILD_REQUESTEDFOR', 'BUILD_USER_ID', 'USER', 'LOGNAME'),
    run: githubRun(env) ?? first('CI_JOB_URL', 'BUILD_URL'),
    pullRequest:
      githubPullRequest(env) ?? first('CI_MERGE_REQUEST_IID', 'CHANGE_ID', 'SYSTEM_PULLREQUEST_PULLREQUESTID'),
  };
}

function githubRun(env: Context['env']): string | null {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : null;
}

/** `refs/pull/12/merge` */
function githubPullRequest({ GITHUB_REF: ref = '' }: Context['env']): string | null {
  return /^refs\/pull\/(\d+)\//.exec(ref)?.[1] ?? null;
}
