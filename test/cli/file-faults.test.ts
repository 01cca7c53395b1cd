import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runInDeletedFolder } from './in-deleted-folder.js';
import { engine } from './manifests.js';
import { main } from './program.js';
import { closeWorlds, openWorld } from './world.js';

afterAll(closeWorlds);

const long = 'n'.repeat(300);

describe.concurrent('what the system refuses is named', () => {
  it.each([
    [['plan', 'dev', '--out', 'file/plan.json'], 1, /file is no folder|a part of the path is a file, not a folder/],
    [['plan', 'dev', '--out', long], 1, /the plan can't be written there: its name is too long \(ENAMETOOLONG\)/],
    [['schema', '--out', `${long}/schemas`], 1, /the schemas can't be written there: its name is too long/],
    [['init', long, '--yes', '--org-id', 'acme'], 1, /the files can't be written there: its name is too long/],
    [['audit', 'keygen', '--out', `${long}/key`], 1, /the files can't be written there: its name is too long/],
    [['apply', 'dev', '--auto-approve', '--ledger', 'file/l'], 1, /a part of the path is a file, not a folder/],
    [['apply', 'dev', '--auto-approve', '--ledger', long], 1, /its name is too long \(ENAMETOOLONG\)/],
    [['audit', 'verify', 'dev', '--ledger', 'circle'], 1, /the signed checkpoint can not be read: it is a symlink/],
    [['apply', 'dev', '--plan', 'missing.json'], 3, /it can't be read: there is no such file or folder \(ENOENT\)/],
    [['apply', 'dev', '--plan', 'environments'], 3, /it can't be read: it is no plain file/],
    [['apply', 'dev', '--auto-approve', '--sign-key', 'missing'], 3, /it can't be read: there is no such file/],
    [['audit', 'verify', 'dev', '--plans', 'missing'], 3, /it can't be read: there is no such file or folder/],
    [['plan', 'dev', '--env-file', 'circle'], 3, /it can't be read: its symbolic links lead in a circle \(ELOOP\)/],
    [['audit', 'hash', 'environments'], 3, /it can't be read: it is a folder \(EISDIR\)/],
    [['simulate', '--faults', 'missing.json'], 3, /it can't be read: there is no such file or folder \(ENOENT\)/],
    [['validate', 'dev', '--root', 'file'], 1, /file can't be read: a part of the path is a file, not a folder/],
  ] as const)('%j', async (args, code, message) => {
    const world = await openWorld();
    await world.write('dev/all.yaml', engine('A', { trafficSplit: 100 }));
    await writeFile(path.join(world.folder, 'file'), '');
    await symlink('circle', path.join(world.folder, 'circle'));
    const run = await world.cli(...args);
    expect([run.code, run.stderr]).toEqual([code, expect.stringMatching(message)]);
    expect(run.stderr).toMatch(/^hint: /mu);
    expect(await world.writes()).toEqual([]);
  });
});

describe.concurrent('a current folder that was deleted', () => {
  it.each([
    [['--version'], 0],
    [['--help'], 0],
    [['plan', '--help'], 0],
    [['schema', 'plan'], 0],
    [['validate', '--all'], 1],
    [['plan', 'dev', '--root', '/'], 1],
    [['apply', 'dev', '--auto-approve'], 1],
    [['audit', 'verify', 'dev'], 1],
    [['schema', '--out', 'schemas'], 1],
    [['init'], 1],
  ] as const)('%j ends with %d', async (args, code) => {
    const { folder } = await openWorld();
    const gone = path.join(folder, 'gone');
    await mkdir(gone);
    const run = await runInDeletedFolder(args, gone);
    expect(run.code).toBe(code);
    if (code === 0) expect([run.stdout, run.stderr]).toEqual([expect.stringMatching(/./u), '']);
    else expect(run.stderr).toMatch(/^error: the current folder was deleted\nhint: [^\n]*\n$/u);
    await rm(gone, { recursive: true, force: true });
  });
});

it('too many open files are named, where the program can read no further file of its own', async () => {
  const { folder } = await openWorld();
  const script = 'ulimit -n 40; exec "$0" "$@"';
  const run = await new Promise<unknown[]>((resolve) => {
    const args = ['-c', script, process.execPath, main, 'plan', 'dev', '--format', 'json'];
    execFile('bash', args, { cwd: folder }, (error, stdout, stderr) => resolve([error?.code, stdout, stderr]));
  });
  expect(run).toEqual([
    1,
    expect.stringContaining('"exitCode": 1'),
    expect.stringMatching(/^error: .*this process has too many open files \(EMFILE\)\nhint: Raise the limit/u),
  ]);
});
