import type { Context } from '../context.js';

type Variables = Context['env'];

/** A CI, by the variables that it sets in its jobs. */
export interface CiService {
  readonly name: string;
  /** What it says of a job; undefined for one that is known by the runs of its pull requests only. */
  readonly job?: CiJob;
  /** What shows the run of a pull or merge request: one of these variables with such a value. */
  readonly requests: readonly (readonly [variable: string, shows: RegExp])[];
}

export interface CiJob {
  /** The variable by which it announces itself: set in each of its jobs, and by no other CI of the table. */
  readonly announcedBy: string;
  /** Who started it: the first of these that is set. */
  readonly actor: readonly string[];
  readonly run: (variables: Variables) => string | undefined;
  readonly pullRequest: (variables: Variables) => string | undefined;
  /** The variable of the commit that the job was started for. */
  readonly commit: string;
}

const set = /./;
const setAndNotFalse = /^(?!false$)./;

/**
 * The one table of what CIs set, a row each (docs/ledger.md, "Who and why"). A job may carry the variables of a CI that
 * its machine is a part of: the first row that announces itself is the job's. Jenkins is last, because agents hand its
 * variables on to all that they start.
 */
export const ciServices: readonly CiService[] = [
  {
    name: 'GitHub Actions',
    job: {
      announcedBy: 'GITHUB_ACTIONS',
      // Of a run that was started again, the second is whoever started it first.
      actor: ['GITHUB_TRIGGERING_ACTOR', 'GITHUB_ACTOR'],
      run: githubRun,
      pullRequest: ({ GITHUB_REF: ref = '' }) => /^refs\/pull\/(\d+)\//.exec(ref)?.[1],
      commit: 'GITHUB_SHA',
    },
    requests: [
      // Reviews and their comments run at the merge of the request, too.
      ['GITHUB_EVENT_NAME', /^pull_request/],
      ['GITHUB_REF', /^refs\/pull\//],
      ['GITHUB_HEAD_REF', set],
    ],
  },
  {
    name: 'GitLab CI',
    job: {
      announcedBy: 'GITLAB_CI',
      actor: ['GITLAB_USER_LOGIN'],
      run: ({ CI_JOB_URL }) => CI_JOB_URL,
      pullRequest: ({ CI_MERGE_REQUEST_IID, CI_EXTERNAL_PULL_REQUEST_IID }) =>
        CI_MERGE_REQUEST_IID || CI_EXTERNAL_PULL_REQUEST_IID,
      commit: 'CI_COMMIT_SHA',
    },
    requests: [
      ['CI_MERGE_REQUEST_IID', set],
      ['CI_EXTERNAL_PULL_REQUEST_IID', set],
    ],
  },
  {
    name: 'Azure Pipelines',
    job: {
      announcedBy: 'TF_BUILD',
      // A display name is anyone's choice; a service has no address.
      actor: ['BUILD_REQUESTEDFOREMAIL', 'BUILD_REQUESTEDFOR'],
      run: azureRun,
      // The first is for requests of GitHub, whose id there is none that people know.
      pullRequest: ({ SYSTEM_PULLREQUEST_PULLREQUESTNUMBER, SYSTEM_PULLREQUEST_PULLREQUESTID }) =>
        SYSTEM_PULLREQUEST_PULLREQUESTNUMBER || SYSTEM_PULLREQUEST_PULLREQUESTID,
      commit: 'BUILD_SOURCEVERSION',
    },
    requests: [
      ['SYSTEM_PULLREQUEST_PULLREQUESTID', set],
      ['BUILD_REASON', /^PullRequest$/],
    ],
  },
  {
    name: 'Jenkins',
    job: {
      announcedBy: 'JENKINS_URL',
      // Of the plugin "build user vars"; Jenkins itself names nobody.
      actor: ['BUILD_USER_ID'],
      run: ({ BUILD_URL }) => BUILD_URL,
      pullRequest: ({ CHANGE_ID }) => CHANGE_ID,
      commit: 'GIT_COMMIT',
    },
    requests: [['CHANGE_ID', set]],
  },
  { name: 'Bitbucket Pipelines', requests: [['BITBUCKET_PR_ID', set]] },
  { name: 'CircleCI', requests: [['CIRCLE_PULL_REQUEST', set]] },
  { name: 'Buildkite', requests: [['BUILDKITE_PULL_REQUEST', setAndNotFalse]] },
  { name: 'Travis CI', requests: [['TRAVIS_PULL_REQUEST', setAndNotFalse]] },
  { name: 'Drone', requests: [['DRONE_PULL_REQUEST', set]] },
  { name: 'Woodpecker', requests: [['CI_COMMIT_PULL_REQUEST', set]] },
  { name: 'AppVeyor', requests: [['APPVEYOR_PULL_REQUEST_NUMBER', set]] },
  { name: 'AWS CodeBuild', requests: [['CODEBUILD_WEBHOOK_EVENT', /^PULL_REQUEST_(?!MERGED)/]] },
  { name: 'Cirrus CI', requests: [['CIRRUS_PR', set]] },
  { name: 'Semaphore', requests: [['SEMAPHORE_GIT_PR_NUMBER', set]] },
];

/** The page of the attempt that runs: that of the run shows the last one, whichever it is. */
function githubRun(variables: Variables): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = variables;
  if (!server || !repository || !run) return undefined;
  // Forges that speak as GitHub does: which of its numbers a run's page has depends on their version.
  if (variables['GITEA_ACTIONS'] || variables['FORGEJO_ACTIONS']) return undefined;
  const attempt = variables['GITHUB_RUN_ATTEMPT'] ?? '1';
  const suffix = /^\d+$/.test(attempt) && Number(attempt) > 1 ? `/attempts/${attempt}` : '';
  return `${server}/${repository}/actions/runs/${run}${suffix}`;
}

/** No variable has it whole. A project's name may hold spaces, and more. */
function azureRun(variables: Variables): string | undefined {
  const collection = variables['SYSTEM_COLLECTIONURI'] || variables['SYSTEM_TEAMFOUNDATIONCOLLECTIONURI'];
  const { SYSTEM_TEAMPROJECT: project, BUILD_BUILDID: build } = variables;
  if (!collection || !project || !build) return undefined;
  const path = `${encodeURIComponent(project.toWellFormed())}/_build/results`;
  return `${collection.replace(/\/+$/, '')}/${path}?buildId=${encodeURIComponent(build.toWellFormed())}`;
}
