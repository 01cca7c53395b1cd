import { execFileSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import { cleanEnvironment } from '../git/repository.js';
import { engine } from './manifests.js';
import { closeWorlds, openWorld, type World } from './world.js';

afterAll(closeWorlds);

const apply = ['apply', 'dev', '--auto-approve'];
const claimedCommit = '2f1c4b7d9e0a3c5f8b6d1e4a7c9f0b2d3e5a6c8f';
const gitlab = {
  CI: 'true',
  GITLAB_CI: 'true',
  GITLAB_USER_LOGIN: 'ada',
  CI_JOB_URL: 'https://ada:glpat-1@gitlab.example.com/acme/speech/-/jobs/721',
  CI_COMMIT_SHA: claimedCommit,
  // What commits say of themselves counts for nothing.
  CI_COMMIT_AUTHOR: 'Mallory <mallory@example.com>',
  CI_COMMIT_MESSAGE: 'See merge request acme/speech!99',
};
const who = {
  actor: 'ada',
  run: 'https://gitlab.example.com/acme/speech/-/jobs/721',
  pullRequest: null,
  commit: claimedCommit,
};

function git(world: World, ...args: string[]): string {
  const identity = ['-c', 'user.name=Mallory', '-c', 'user.email=mallory@example.com'];
  const options = { env: cleanEnvironment, encoding: 'utf8', stdio: 'pipe' } as const;
  return execFileSync('git', ['-C', world.folder, ...identity, ...args], options).trim();
}

async function intents(world: World) {
  return (await world.ledger()).filter(({ kind }) => JSON.stringify(kind) === '"intent"');
}

test('a detached checkout in CI: the commit is what the repository says, though the CI names another one', async () => {
  const world = await openWorld();
  await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100 }));
  git(world, 'init', '--quiet', '--initial-branch=main');
  git(world, 'add', 'environments');
  git(world, 'commit', '--quiet', '--message=Merge pull request #99 from mallory/x');
  const head = git(world, 'rev-parse', 'HEAD');
  await world.write('dev/b.yaml', engine('Later'));
  git(world, 'add', 'environments');
  git(world, 'commit', '--quiet', '--message=later');
  git(world, 'checkout', '--quiet', '--detach', head);
  const { code, stderr } = await world.cliWith({ env: gitlab }, ...apply);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect(await intents(world)).toMatchObject([{ git: { head, dirty: false }, claimed: who }]);
  const shown = await world.cli('audit', 'show', 'dev');
  expect(shown.stdout.replaceAll(/\s+/gu, ' ')).toContain(`commit ${head.slice(0, 12)}`);
  expect(shown.stdout.replaceAll(/\s+/gu, ' ')).toContain(`for commit ${claimedCommit.slice(0, 12)}`);
});

test('a folder that is no repository: the commit that the CI names is all there is, and a claim', async () => {
  const world = await openWorld();
  await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100 }));
  expect((await world.cliWith({ env: gitlab }, ...apply)).code).toBe(0);
  expect(await intents(world)).toMatchObject([{ git: null, claimed: who }]);
  expect((await world.cli('audit', 'verify', 'dev')).code).toBe(0);
});

test('a secret in a variable of the CI is in no entry', async () => {
  const world = await openWorld();
  await world.write('dev/a.yaml', engine('IVR', { trafficSplit: 100 }));
  const env = {
    ...gitlab,
    GITLAB_USER_LOGIN: 'simulator-secret',
    CI_JOB_URL: 'https://x.example.com/simulator-secret',
  };
  expect((await world.cliWith({ env }, ...apply)).code).toBe(0);
  expect(await world.read('.cxone-gitops/dev.jsonl')).not.toContain('simulator-secret');
  expect(await intents(world)).toMatchObject([{ claimed: { actor: '***', run: 'https://x.example.com/***' } }]);
});
