import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeNewFiles } from '../../../src/commands/output/write-new-files.js';

const interrupt = new AbortController().signal;
let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-new-'));
});

afterEach(async () => rm(cwd, { recursive: true, force: true }));

const files = [
  { path: 'a/b/one.txt', text: 'one' },
  { path: 'a/two.txt', text: 'two' },
  { path: 'three.txt', text: 'three' },
];

/** Everything below the folder, folders too. */
async function present(folder = cwd): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).toSorted();
}

describe('new files', () => {
  test('are written with the folders that they need', async () => {
    await writeNewFiles({ cwd, interrupt }, 'init x', path.join(cwd, 'x'), files);
    expect(await present()).toEqual(['x', 'x/a', 'x/a/b', 'x/a/b/one.txt', 'x/a/two.txt', 'x/three.txt']);
    expect(await readFile(path.join(cwd, 'x/a/b/one.txt'), 'utf8')).toBe('one');
  });

  test('stop before anything is written where some are there, which are listed', async () => {
    await mkdir(path.join(cwd, 'a'));
    await writeFile(path.join(cwd, 'a/two.txt'), 'mine');
    await symlink('nowhere', path.join(cwd, 'link.txt'));
    await expect(writeNewFiles({ cwd, interrupt }, 'init .', cwd, files)).rejects.toMatchObject({
      exitCode: 3,
      message: 'init .: there already: a/two.txt',
    });
    expect(await present()).toEqual(['a', 'a/two.txt', 'link.txt']);
    expect(await readFile(path.join(cwd, 'a/two.txt'), 'utf8')).toBe('mine');
  });

  test.each(['a', 'three.txt'])('go through no link, as %s', async (link) => {
    const outside = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-outside-'));
    await symlink(link === 'a' ? outside : path.join(outside, 'x'), path.join(cwd, link));
    await expect(writeNewFiles({ cwd, interrupt }, 'init .', cwd, files)).rejects.toThrow(
      `init .: ${link} is a symbolic link`,
    );
    expect([await present(), await present(outside)]).toEqual([[link], []]);
    await rm(outside, { recursive: true });
  });

  test('go through no link below a folder elsewhere, either', async () => {
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-elsewhere-'));
    await symlink(cwd, path.join(elsewhere, 'a'));
    await expect(writeNewFiles({ cwd, interrupt }, 'init', elsewhere, files)).rejects.toThrow('a is a symbolic link');
    expect(await present()).toEqual([]);
    await rm(elsewhere, { recursive: true });
  });

  test('leave nothing behind where one can not be written', async () => {
    const blocked = [...files, { path: `c/${'x'.repeat(300)}`, text: 'four' }];
    await expect(writeNewFiles({ cwd, interrupt }, 'init .', cwd, blocked)).rejects.toMatchObject({
      exitCode: 1,
      message: "init .: the files can't be written there: its name is too long (ENAMETOOLONG)",
    });
    expect(await present()).toEqual([]);
  });

  test('leave nothing behind where the run is interrupted', async () => {
    const aborted = AbortSignal.abort('SIGINT');
    await expect(writeNewFiles({ cwd, interrupt: aborted }, 'init .', cwd, files)).rejects.toMatchObject({
      exitCode: 130,
    });
    expect(await present()).toEqual([]);
  });

  test('keep what others put into a new folder meanwhile', async () => {
    let looks = 0;
    // Read before each file: somebody is quicker with the second one.
    const busy = {
      get aborted() {
        looks += 1;
        return looks === 3;
      },
    } as AbortSignal; // Nothing but `aborted` is looked at.
    await mkdir(path.join(cwd, 'a'));
    await writeFile(path.join(cwd, 'a/theirs.txt'), 'theirs');
    await expect(writeNewFiles({ cwd, interrupt: busy }, 'init .', cwd, files)).rejects.toMatchObject({
      exitCode: 130,
    });
    expect(await present()).toEqual(['a', 'a/theirs.txt']);
  });
});
