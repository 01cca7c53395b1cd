import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { envFileBytes } from '../../../src/commands/secrets/env-file-bytes.js';

function openFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cxone-gitops-env-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A pipe, and the end that a writer has. */
function openPipe(): { readonly folder: string; readonly writer: () => number } {
  const folder = openFolder();
  execFileSync('mkfifo', [path.join(folder, 'env')]);
  return { folder, writer: () => openSync(path.join(folder, 'env'), constants.O_RDWR | constants.O_NONBLOCK) };
}

/** A clock that stands but for what is slept; each sleep does `next` first. */
function read(cwd: string, next: (slept: number) => void = () => undefined, interrupt = new AbortController().signal) {
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
    next(now);
  };
  return envFileBytes({ cwd, clock: { now: () => now, sleep }, interrupt }, 'env');
}

test('a file is read whole, whatever its size', async () => {
  const folder = openFolder();
  writeFileSync(path.join(folder, 'env'), 'a'.repeat(200_000));
  expect((await read(folder)).length).toBe(200_000);
  writeFileSync(path.join(folder, 'env'), 'a'.repeat(1_048_577));
  await expect(read(folder)).rejects.toThrow('--env-file env: it has more than 1 MiB');
});

test('a pipe that nobody writes to is refused after 30 seconds', async () => {
  await expect(read(openPipe().folder)).rejects.toThrow('nothing was written to this pipe within 30 seconds');
});

test('a pipe is read until its writer closes it, in however many parts', async () => {
  const { folder, writer } = openPipe();
  let open: number | undefined;
  const bytes = await read(folder, (now) => {
    if (now === 1000) open = writer();
    if (open !== undefined && [1000, 2000].includes(now)) writeSync(open, 'A=1\n');
    if (open !== undefined && now === 3000) closeSync(open);
  });
  expect(Buffer.from(bytes).toString()).toBe('A=1\nA=1\n');
});

test('a pipe whose writer does not end is refused after 30 seconds', async () => {
  const { folder, writer } = openPipe();
  const open = writer();
  onTestFinished(() => closeSync(open));
  writeSync(open, 'A=1\n');
  await expect(read(folder)).rejects.toThrow('the writer of this pipe did not end within 30 seconds');
});

test('a signal ends the wait', async () => {
  const interrupt = new AbortController();
  const waiting = read(openPipe().folder, () => interrupt.abort(), interrupt.signal);
  await expect(waiting).rejects.toThrow('interrupted');
});
