import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findRepository } from '../../src/git/find-repository.js';
import { openGit } from '../../src/git/git.js';
import { resolveCommit } from '../../src/git/resolve-commit.js';
import { cleanEnvironment, makeRepository, type Repository } from './repository.js';

const git = openGit(cleanEnvironment);

/** A repository whose `folder` is, besides, a bare repository with the same refs and another history. */
function withEmbedded(folder: string): { outer: Repository; honest: string } {
  const [outer, inner] = [makeRepository(), makeRepository()];
  outer.write(`${folder}/a.yaml`, 'honest\n');
  const honest = outer.commit();
  inner.write('a.yaml', 'hostile\n');
  inner.commit();
  for (const one of [outer, inner]) one.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  for (const name of ['HEAD', 'config', 'objects', 'refs']) {
    cpSync(path.join(inner.root, '.git', name), path.join(outer.root, folder, name), { recursive: true });
  }
  return { outer, honest };
}

describe('a bare repository among the files', () => {
  test.each(['environments', 'environments/prod'])('at %s is not asked for anything', async (at) => {
    const { outer } = withEmbedded(at);
    const folder = path.join(outer.root, at);
    mkdirSync(path.join(folder, 'deeper'), { recursive: true });
    for (const asked of [folder, path.join(folder, 'deeper')]) {
      expect(await git(asked, ['rev-parse', 'HEAD'])).toBeUndefined();
      expect(await resolveCommit(git, asked, 'origin/main')).toHaveProperty('refused');
      expect(findRepository(asked)).toEqual({ at: folder, embedded: true });
    }
    // The one around it is as good as before.
    expect(findRepository(outer.root)).toEqual({ at: outer.root, embedded: false });
    expect(await resolveCommit(git, outer.root, 'origin/main')).toHaveProperty('id');
  });

  test('is found where a link leads, and without its own objects', async () => {
    const { outer } = withEmbedded('hidden');
    symlinkSync('hidden', path.join(outer.root, 'environments'));
    expect(findRepository(path.join(outer.root, 'environments'))).toMatchObject({ embedded: true });
    expect(await git(path.join(outer.root, 'environments'), ['rev-parse', 'HEAD'])).toBeUndefined();
    renameSync(path.join(outer.root, 'hidden/objects'), path.join(outer.root, 'moved'));
    outer.write('hidden/commondir', '../.git\n');
    expect(findRepository(path.join(outer.root, 'hidden'))).toMatchObject({ embedded: true });
  });

  test('is refused by git itself, too', async () => {
    const { outer } = withEmbedded('environments');
    const dump = (await git(outer.root, ['config', '--get', 'safe.bareRepository']))?.toString();
    expect(dump).toBe('explicit\n');
  });
});

test('an object that is not there is fetched by no command, whatever the repository allows', async () => {
  const repository = makeRepository();
  repository.write('a', 'a\n');
  repository.commit();
  const id = repository.git('rev-parse', 'HEAD:a').trim();
  const mark = path.join(repository.root, 'sprung');
  const script = path.join(repository.root, '.git/fetch');
  repository.write('.git/fetch', `#!/bin/sh\ntouch '${mark}'\n`);
  chmodSync(script, 0o755);
  for (const [name, value] of [
    ['core.repositoryformatversion', '1'],
    ['extensions.partialClone', 'origin'],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.url', `ext::${script}`],
    ['protocol.ext.allow', 'always'],
  ] as const) {
    repository.git('config', name, value);
  }
  renameSync(path.join(repository.root, '.git/objects', id.slice(0, 2)), path.join(repository.root, 'away'));
  expect(await git(repository.root, ['cat-file', 'blob', id])).toBeUndefined();
  expect(await git(repository.root, ['fetch', '--quiet', 'origin']), 'nor if it were asked to fetch').toBeUndefined();
  expect(existsSync(mark)).toBe(false);
  expect(() => repository.git('-c', 'protocol.allow=never', 'cat-file', 'blob', id)).toThrow(/fatal/);
  expect(existsSync(mark), 'the command works').toBe(true);
});

describe('a ref', () => {
  /** Two commits: the older one is what main and origin/main hold. */
  function twoCommits() {
    const repository = makeRepository();
    const trusted = repository.commit();
    repository.git('update-ref', 'refs/remotes/origin/main', trusted);
    repository.git('checkout', '--quiet', '-b', 'topic');
    return { repository, trusted, hostile: repository.commit() };
  }

  test('is a branch, HEAD, a commit, or a full name', async () => {
    const { repository, trusted, hostile } = twoCommits();
    repository.git('tag', 'v1', trusted);
    for (const ref of ['main', 'origin/main', 'refs/remotes/origin/main', trusted, 'tags/v1', 'topic~1', 'HEAD^']) {
      expect([ref, await resolveCommit(git, repository.root, ref)]).toEqual([ref, { id: trusted }]);
    }
    expect(await resolveCommit(git, repository.root, 'HEAD')).toEqual({ id: hostile });
  });

  test('is never a tag of the same short name, nor of its own', async () => {
    const { repository, trusted, hostile } = twoCommits();
    for (const tag of ['main', 'origin/main', 'refs/remotes/origin/main', 'gone', trusted.slice(0, 8)]) {
      repository.git('update-ref', `refs/tags/${tag}`, hostile);
    }
    for (const ref of ['main', 'origin/main', 'refs/remotes/origin/main']) {
      expect([ref, await resolveCommit(git, repository.root, ref)]).toEqual([ref, { id: trusted }]);
    }
    for (const ref of ['gone', 'refs/remotes/gone', trusted.slice(0, 8)]) {
      expect([ref, await resolveCommit(git, repository.root, ref)]).toEqual([ref, { refused: expect.any(String) }]);
    }
    expect(repository.git('rev-parse', 'origin/main').trim(), 'git itself takes the tag').toBe(hostile);
  });

  test('is never one of two branches', async () => {
    const { repository } = twoCommits();
    repository.git('branch', 'origin/main', 'topic');
    expect(await resolveCommit(git, repository.root, 'origin/main')).toEqual({
      refused: 'it may mean refs/heads/origin/main or refs/remotes/origin/main: name one of them',
    });
  });

  test.each([
    '',
    '-h',
    '--all',
    '--output=x',
    '*',
    'm*',
    'origin/*',
    ':/commit',
    ':a',
    'main:a',
    'main..topic',
    'main\ntopic',
    '^main',
  ])('is not %j', async (ref) => {
    const { repository } = twoCommits();
    repository.write('a', 'a');
    repository.commit();
    expect(await resolveCommit(git, repository.root, ref)).toHaveProperty('refused');
  });

  test('of a submodule proves nothing', async () => {
    const [outer, inner] = [makeRepository(), makeRepository()];
    inner.commit();
    outer.commit();
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'environments');
    expect(await resolveCommit(git, path.join(outer.root, 'environments'), 'main')).toMatchObject({
      refused: expect.stringContaining('submodule'),
    });
    expect(await resolveCommit(git, outer.root, 'main')).toHaveProperty('id');
  });
});
