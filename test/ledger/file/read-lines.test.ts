import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLines } from '../../../src/ledger/file/read-lines.js';
import { temporaryFolder } from '../sample.js';

async function linesOf(file: string): Promise<[number, boolean][]> {
  const lines: [number, boolean][] = [];
  for await (const some of readLines(file))
    lines.push(...some.map(({ bytes, finished }): [number, boolean] => [bytes.length, finished]));
  return lines;
}

test('lines come whole, wherever the file is cut into chunks', async () => {
  const file = join(temporaryFolder(), 'prod.jsonl');
  const lengths = [10, 700_000, 0, 700_000, 1024 * 1024, 1];
  writeFileSync(file, lengths.map((length) => `${'x'.repeat(length)}\n`).join(''));
  expect(await linesOf(file)).toEqual(lengths.map((length) => [length, true]));
});

test('a last line without its line feed is unfinished', async () => {
  const file = join(temporaryFolder(), 'prod.jsonl');
  writeFileSync(file, 'abc\nde');
  expect(await linesOf(file)).toEqual([
    [3, true],
    [2, false],
  ]);
});

test('of a line without end no more than 2 MiB are read, and it does not pass for an unfinished one', async () => {
  const file = join(temporaryFolder(), 'prod.jsonl');
  writeFileSync(file, `abc\n${'x'.repeat(8 * 1024 * 1024)}`);
  const [, endless, ...rest] = await linesOf(file);
  expect(rest).toEqual([]);
  expect(endless?.[0]).toBeLessThanOrEqual(2 * 1024 * 1024);
  expect(endless?.[1]).toBe(true);
});

test('a file that is not there has no lines', async () => {
  expect(await linesOf(join(temporaryFolder(), 'none.jsonl'))).toEqual([]);
});

test('a folder and a named pipe are refused, without waiting for somebody to write', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a.jsonl'));
  execFileSync('mkfifo', [join(folder, 'b.jsonl')]);
  for (const name of ['a.jsonl', 'b.jsonl']) {
    await expect(linesOf(join(folder, name))).rejects.toThrow(`${name}: is not a plain file`);
  }
});
