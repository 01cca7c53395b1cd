import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitOrder } from '../../src/git/commit-order.js';
import { openReadingGit } from '../../src/git/git.js';
import { cleanEnvironment, makeRepository, type Repository } from './repository.js';

const git = openReadingGit(cleanEnvironment);

/** Commits `first`, `second` and `third` on main, and `side` and `merged` beside them. */
function history() {
  const repository = makeRepository();
  const first = repository.commit();
  const second = repository.commit();
  repository.git('switch', '--quiet', '--create', 'topic', first);
  repository.write('side', '');
  const side = repository.commit();
  repository.git('switch', '--quiet', 'main');
  const third = repository.commit();
  repository.git('merge', '--quiet', '--no-ff', '-m', 'merge', 'topic');
  const merged = repository.git('rev-parse', 'HEAD').trim();
  return { repository, first, second, third, side, merged };
}

/** A clone with that many commits of main. */
function shallowClone({ root }: Repository, depth: number): string {
  const clone = path.join(root, `clone-${depth}`);
  execFileSync('git', ['clone', '--quiet', `--depth=${depth}`, `file://${root}`, clone], { env: cleanEnvironment });
  return clone;
}

describe('a commit', () => {
  it('is the same, newer, older or on another line', async () => {
    const { repository, first, second, third, side, merged } = history();
    const order = (commit: string, other: string) => commitOrder(git, repository.root, commit, other);
    expect(await order(second, second)).toBe('same');
    expect(await order(third, first)).toBe('newer');
    expect(await order(first, third)).toBe('older');
    expect(await order(side, second)).toBe('diverged');
    expect(await order(side, merged)).toBe('older');
    expect(await order(merged, side)).toBe('newer');
  });

  it('is of unknown order if the clone does not have the other one', async () => {
    const { repository, second } = history();
    const gone = 'f'.repeat(40);
    const unknown = `this clone does not have commit ${gone}`;
    expect(await commitOrder(git, repository.root, second, gone)).toEqual({ unknown });
    // A replaced object must not change that (GIT_NO_REPLACE_OBJECTS).
    repository.write(`.git/refs/replace/${gone}`, `${second}\n`);
    expect(await commitOrder(git, repository.root, second, gone)).toEqual({ unknown });
  });

  it('is of unknown order in a shallow clone, unless it has both and a line between them', async () => {
    const { repository, second, third, side, merged } = history();
    const one = shallowClone(repository, 1);
    expect(await commitOrder(git, one, merged, merged)).toBe('same');
    expect(await commitOrder(git, one, merged, third)).toEqual({
      unknown: `this clone, which is shallow, does not have commit ${third}`,
    });
    const two = shallowClone(repository, 2);
    expect(await commitOrder(git, two, merged, third)).toBe('newer');
    expect(await commitOrder(git, two, third, merged)).toBe('older');
    // The clone does not show where their lines meet.
    expect(await commitOrder(git, two, side, third)).toEqual({
      unknown: 'this clone is shallow and does not have the whole history',
    });
    expect(await commitOrder(git, two, merged, second)).toEqual({ unknown: expect.stringContaining(second) });
  });

  it('is of unknown order if git does not answer', async () => {
    const { repository, first, second } = history();
    rmSync(path.join(repository.root, '.git/HEAD'));
    expect(await commitOrder(git, repository.root, first, second)).toEqual({
      unknown: expect.stringContaining('not a git repository'),
    });
    const none = openReadingGit({ ...cleanEnvironment, PATH: '/nonexistent' });
    expect(await commitOrder(none, repository.root, first, second)).toEqual({
      unknown: expect.stringContaining("git can't be run"),
    });
  });
});
