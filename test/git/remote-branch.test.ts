import { describe, expect, test } from 'vitest';
import { openPlumbing } from '../../src/git/plumbing.js';
import { openRemoteBranch } from '../../src/git/remote-branch.js';
import { cleanEnvironment, makeRepository } from './repository.js';

/** A branch of a remote that is there, by a git that says it is of this version. */
function branchBy(version: string) {
  const repository = makeRepository();
  const { root } = repository;
  repository.git('remote', 'add', 'origin', root);
  const plumbing = openPlumbing(cleanEnvironment);
  const read: typeof plumbing.read = async (folder, args, input) =>
    args[0] === 'version' ? Buffer.from(version) : plumbing.read(folder, args, input);
  return openRemoteBranch({
    git: { ...plumbing, read },
    folder: root,
    remote: 'origin',
    branch: 'cxone-gitops/ledger',
  });
}

describe('a branch of a remote', () => {
  test.each(['git version 2.30.9\n', 'git version 1.99.0.windows.1\n'])('is nothing for %s', async (version) => {
    expect(await branchBy(version).fault()).toMatchObject({
      message: expect.stringMatching(/^git (2\.30|1\.99) is too old/u),
      hint: expect.stringContaining('Install git 2.31 or later'),
    });
  });

  test.each(['git version 2.31.0\n', 'git version 2.39.5 (Apple Git-154)\n', 'git version 3.0.0\n', 'something else'])(
    'can be used by %s',
    async (version) => {
      expect(await branchBy(version).fault()).toBeUndefined();
    },
  );

  test('says which git it takes to fetch anew', async () => {
    const branch = branchBy('git version 2.34.1\n');
    expect(await branch.fault()).toBeUndefined();
    expect(await branch.fetch({ anew: true })).toEqual({ failed: expect.stringMatching(/^git 2\.36 or later can/u) });
  });
});
