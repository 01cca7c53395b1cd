import { describe, expect, test } from 'vitest';
import { claimsOf } from '../../../src/commands/ci/claims.js';
import { requestVariable } from '../../../src/commands/trust/trust.js';
import { openMask } from '../../../src/model/mask.js';

type Variables = Readonly<Record<string, string>>;

const commit = '2f1c4b7d9e0a3c5f8b6d1e4a7c9f0b2d3e5a6c8f';
/** What an agent's own account brings along. */
const account = { USER: 'runner', LOGNAME: 'runner', HOME: '/home/runner' };

const github = {
  ...account,
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTOR: 'ada',
  GITHUB_TRIGGERING_ACTOR: 'ada',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REPOSITORY: 'acme/speech',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_RUN_ID: '1658821493',
  GITHUB_RUN_NUMBER: '3',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_SHA: commit,
};
const gitlab = {
  ...account,
  CI: 'true',
  GITLAB_CI: 'true',
  CI_COMMIT_SHA: commit,
  CI_COMMIT_AUTHOR: 'Mallory <mallory@example.com>',
  CI_COMMIT_MESSAGE: 'Merge branch x into main, see !99',
  CI_JOB_ID: '721',
  CI_JOB_URL: 'https://gitlab.example.com/acme/speech/-/jobs/721',
  CI_PIPELINE_URL: 'https://gitlab.example.com/acme/speech/-/pipelines/55',
  GITLAB_USER_LOGIN: 'ada',
  GITLAB_USER_NAME: 'Ada Lovelace',
};
const azure = {
  ...account,
  TF_BUILD: 'True',
  BUILD_BUILDID: '4821',
  BUILD_REASON: 'IndividualCI',
  BUILD_REQUESTEDFOR: 'Ada Lovelace',
  BUILD_REQUESTEDFOREMAIL: 'ada@acme.example',
  BUILD_QUEUEDBY: 'Microsoft.VisualStudio.Services.TFS',
  BUILD_SOURCEVERSION: commit,
  BUILD_SOURCEVERSIONAUTHOR: 'Mallory',
  BUILD_SOURCEVERSIONMESSAGE: 'Merged PR 99',
  SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
  SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: 'https://dev.azure.com/acme/',
  SYSTEM_TEAMPROJECT: 'Contact Center/EU',
};
const jenkins = {
  ...account,
  JENKINS_URL: 'https://jenkins.example.com/',
  BUILD_ID: '42',
  BUILD_NUMBER: '42',
  BUILD_TAG: 'jenkins-speech-main-42',
  BUILD_URL: 'https://jenkins.example.com/job/speech/job/main/42/',
  JOB_NAME: 'speech/main',
  GIT_COMMIT: commit,
  GIT_AUTHOR_NAME: 'Mallory',
};

const claimsWith = (env: Variables) => claimsOf({ env, secrets: openMask() });
const none = { actor: null, run: null, pullRequest: null };

describe('who started a run, and for what, is taken from', () => {
  const page = 'https://github.com/acme/speech/actions/runs/1658821493';
  const job = gitlab.CI_JOB_URL;
  const build = 'https://dev.azure.com/acme/Contact%20Center%2FEU/_build/results?buildId=4821';

  test.each<[string, Variables, object]>([
    ['GitHub Actions', github, { actor: 'ada', run: page, pullRequest: null, commit }],
    [
      'GitHub Actions, a run that bob started again: it is his',
      { ...github, GITHUB_TRIGGERING_ACTOR: 'bob', GITHUB_RUN_ATTEMPT: '2' },
      { actor: 'bob', run: `${page}/attempts/2` },
    ],
    [
      'GitHub Enterprise before 3.7, which knows the first actor only',
      { ...github, GITHUB_TRIGGERING_ACTOR: '', GITHUB_SERVER_URL: 'https://ghe.example.com' },
      { actor: 'ada', run: page.replace('github.com', 'ghe.example.com') },
    ],
    [
      'GitHub Actions, for a pull request',
      { ...github, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/12/merge', GITHUB_HEAD_REF: 'x' },
      { pullRequest: '12' },
    ],
    [
      'Gitea, which speaks as GitHub does: its runs have other pages',
      { ...github, GITEA_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://git.example.com' },
      { actor: 'ada', run: null, pullRequest: null, commit },
    ],
    ['GitLab CI', gitlab, { actor: 'ada', run: job, pullRequest: null, commit }],
    ['GitLab CI, for a merge request', { ...gitlab, CI_MERGE_REQUEST_IID: '34' }, { pullRequest: '34' }],
    ['GitLab CI, for a request elsewhere', { ...gitlab, CI_EXTERNAL_PULL_REQUEST_IID: '5' }, { pullRequest: '5' }],
    ['Azure Pipelines', azure, { actor: 'ada@acme.example', run: build, pullRequest: null, commit }],
    [
      'Azure Pipelines, where a service started it',
      { ...azure, BUILD_REQUESTEDFOREMAIL: '', BUILD_REQUESTEDFOR: 'Project Build Service (acme)' },
      { actor: 'Project Build Service (acme)' },
    ],
    [
      'Azure Pipelines, for a pull request',
      { ...azure, BUILD_REASON: 'PullRequest', SYSTEM_PULLREQUEST_PULLREQUESTID: '17' },
      { pullRequest: '17' },
    ],
    [
      'Azure Pipelines, for a pull request of GitHub: its number',
      { ...azure, SYSTEM_PULLREQUEST_PULLREQUESTID: '1234567890', SYSTEM_PULLREQUEST_PULLREQUESTNUMBER: '42' },
      { pullRequest: '42' },
    ],
    ['Jenkins, which itself names nobody', jenkins, { actor: null, run: jenkins.BUILD_URL, pullRequest: null, commit }],
    ['Jenkins with a plugin that names people', { ...jenkins, BUILD_USER_ID: 'ada' }, { actor: 'ada' }],
    ['Jenkins, for a pull request', { ...jenkins, CHANGE_ID: '8', CHANGE_AUTHOR: 'm' }, { pullRequest: '8' }],
    ['no CI: the user', { ...account, USER: 'ada' }, { ...none, actor: 'ada' }],
    ['no CI, no USER', { LOGNAME: 'ada' }, { ...none, actor: 'ada' }],
    ['Windows', { USERNAME: 'ada' }, { ...none, actor: 'ada' }],
    ['nothing', {}, none],
  ])('%s', (_what, env, claims) => {
    expect(claimsWith(env)).toMatchObject(claims);
  });

  test('the first CI that announces itself alone: no other fills what it does not say', () => {
    const nested = { ...jenkins, ...azure, ...gitlab, BUILD_USER_ID: 'jack', CHANGE_ID: '8' };
    expect(claimsWith({ ...nested, GITHUB_ACTIONS: 'true' })).toEqual(none);
    expect(claimsWith(nested)).toEqual({ actor: 'ada', run: job, pullRequest: null, commit });
    expect(claimsWith({ ...jenkins, ...azure, BUILD_URL: 'https://jenkins.example.com/1' }).run).toBe(build);
  });

  test('none that does not announce itself', () => {
    const { GITHUB_ACTIONS: _no, ...silent } = github;
    for (const env of [silent, { ...silent, GITHUB_ACTIONS: 'false' }, { ...silent, GITHUB_ACTIONS: '' }]) {
      expect(claimsWith(env)).toEqual({ ...none, actor: 'runner' });
    }
  });
});

describe('a text of a variable is recorded', () => {
  const gitlabWith = (env: Variables) => claimsWith({ GITLAB_CI: 'true', ...env });

  test('up to 2,000 characters, and cut where a reader sees it', () => {
    expect(gitlabWith({ GITLAB_USER_LOGIN: '😀'.repeat(2000) }).actor).toBe('😀'.repeat(2000));
    expect(gitlabWith({ GITLAB_USER_LOGIN: '😀'.repeat(2001) }).actor).toBe(`${'😀'.repeat(1999)}…`);
    const url = `https://ci.example.com/${'x'.repeat(50_000)}`;
    expect(Array.from(gitlabWith({ CI_JOB_URL: url }).run ?? '')).toHaveLength(2000);
  });

  test('as it is but for halves of characters; reports escape it', () => {
    expect(gitlabWith({ GITLAB_USER_LOGIN: 'a\u001b[2J\nb\ud800' }).actor).toBe('a\u001b[2J\nb\ufffd');
    expect(gitlabWith({ GITLAB_USER_LOGIN: ' \n ', CI_JOB_URL: '', CI_MERGE_REQUEST_IID: ' ' })).toEqual(none);
  });

  test.each([
    ['https://ada:s3cr3t@ci.example.com/jobs/1?x=ä', 'https://ci.example.com/jobs/1?x=%C3%A4'],
    ['https://token@ci.example.com/', 'https://ci.example.com/'],
    ['https://ci.example.com/Jobs/ä b', 'https://ci.example.com/Jobs/ä b'],
    ['javascript:alert(1)', null],
    ['https://ada:s3cr3t@:x', null],
    ['see the log', null],
  ])('as an address only without a password: %s', (address, run) => {
    expect(gitlabWith({ CI_JOB_URL: address }).run).toBe(run);
  });

  test('without any secret that the run knows, also where the text is cut', () => {
    const secrets = openMask();
    secrets.add('the client secret');
    const env = {
      GITLAB_CI: 'true',
      GITLAB_USER_LOGIN: `${'x'.repeat(1990)}the client secret`,
      CI_JOB_URL: 'https://ci.example.com/?k=the%20client%20secret',
      CI_MERGE_REQUEST_IID: 'the client secret',
    };
    const said = JSON.stringify(claimsOf({ env, secrets }));
    expect(said).not.toMatch(/the.{1,3}client|the client|secret/u);
    expect(said).toContain('***');
  });

  test('as a commit only where it is one', () => {
    for (const text of ['main', commit.slice(1), commit.toUpperCase(), `${commit}\n`, '']) {
      expect(gitlabWith({ CI_COMMIT_SHA: text })).not.toHaveProperty('commit');
    }
    expect(gitlabWith({ CI_COMMIT_SHA: 'a'.repeat(64) }).commit).toBe('a'.repeat(64));
  });
});

test('a run of a pull request shows in the variables of any CI, though another one announces itself', () => {
  expect(requestVariable({ env: { ...github, CHANGE_ID: '8' } })).toBe('CHANGE_ID');
  expect(requestVariable({ env: { BITBUCKET_PR_ID: '8' } })).toBe('BITBUCKET_PR_ID');
  expect([github, gitlab, azure, jenkins].map((env) => requestVariable({ env }))).toEqual(Array(4).fill(undefined));
});
