import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolders } from '../../../src/ledger/file/make-folders.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-folders-'));
  await writeFile(path.join(folder, 'file'), '');
  await symlink('nowhere', path.join(folder, 'dangling'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('makes a folder and those above it, for whom it is told', async () => {
  const made = path.join(folder, 'a/b/c');
  await makeFolders(made, 0o700);
  const modes = await Promise.all([made, path.dirname(made)].map(async (one) => (await stat(one)).mode & 0o777));
  expect(modes).toEqual([0o700, 0o700]);
});

test('leaves a folder that is there', async () => {
  await makeFolders(folder);
  await makeFolders('/');
});

test('takes a folder that another run makes at the same time', async () => {
  const made = path.join(folder, 'x/y/z');
  await Promise.all(Array.from({ length: 8 }, () => makeFolders(made)));
  expect((await stat(made)).isDirectory()).toBe(true);
});

test.each([
  ['file', 'EEXIST'],
  ['file/below', 'ENOTDIR'],
  ['dangling', 'EEXIST'],
  ['dangling/below', 'EEXIST'],
  [`${'n'.repeat(300)}/below`, 'ENAMETOOLONG'],
])('%s fails with the system’s own error, %s', async (name, code) => {
  await expect(makeFolders(path.join(folder, name))).rejects.toMatchObject({ code });
});
