import { expect, it } from 'vitest';
import { openGit } from '../../src/git/git.js';
import { knownCommits } from '../../src/git/known-commits.js';
import { cleanEnvironment, makeRepository } from './repository.js';

const git = openGit(cleanEnvironment);

it('tells commits that a branch, a remote, a tag or HEAD leads to from those that are only there', async () => {
  const repository = makeRepository();
  const commits: Record<string, string> = { 'past of a branch': repository.commit(), branch: repository.commit() };
  const refs = [
    'refs/remotes/origin/main',
    'refs/tags/v1',
    'refs/stash',
    'refs/pull/7/head',
    'refs/cxone-gitops/origin/ledger',
  ];
  for (const name of [...refs, 'nothing', 'HEAD']) {
    repository.git('switch', '--quiet', '--detach', 'main');
    repository.write('name', name);
    commits[name] = repository.commit();
    if (refs.includes(name)) repository.git('update-ref', name, 'HEAD');
  }
  commits['nowhere'] = 'f'.repeat(40);
  const tree = repository.git('rev-parse', 'HEAD^{tree}').trim();
  const known = await knownCommits(git, repository.root, [...Object.values(commits), tree]);
  expect(Object.fromEntries(Object.entries(commits).map(([name, id]) => [name, known.get(id)]))).toEqual({
    'past of a branch': 'there',
    branch: 'there',
    'refs/remotes/origin/main': 'there',
    'refs/tags/v1': 'there',
    HEAD: 'there',
    'refs/stash': 'unreachable',
    'refs/pull/7/head': 'unreachable',
    'refs/cxone-gitops/origin/ledger': 'unreachable',
    nothing: 'unreachable',
    nowhere: 'missing',
  });
  expect(known.get(tree), 'no commit').toBe('missing');
});

it('knows nothing of a repository without a commit, and asks two processes however many there are', async () => {
  const repository = makeRepository();
  let started = 0;
  const counted: typeof git = (...args) => {
    started += 1;
    return git(...args);
  };
  const ids = Array.from({ length: 300 }, (_, index) => index.toString(16).padStart(40, '0'));
  expect(new Set((await knownCommits(counted, repository.root, ids)).values())).toEqual(new Set(['missing']));
  expect(started).toBe(2);
});

it('throws where git gives no answer', async () => {
  await expect(knownCommits(async () => undefined, '/there', ['f'.repeat(40)])).rejects.toThrow("git can't look up");
});
