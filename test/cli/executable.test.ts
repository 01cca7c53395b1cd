import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

test('started by its own name, the program reads --env-file itself: Node would end with 9 for one that is missing', async () => {
  const run = promisify(execFile)(program, ['plan', 'dev', '--env-file', 'missing.env']);
  await expect(run).rejects.toMatchObject({
    code: 3,
    stderr: expect.stringContaining("--env-file missing.env: it can't be read"),
  });
});
