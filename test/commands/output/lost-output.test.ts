import { expect, test } from 'vitest';
import { lostOutput } from '../../../src/commands/output/lost-output.js';
import type { ExitCode } from '../../../src/model/exit-code.js';

const works = new AbortController().signal;
const gone = (code: string) => AbortSignal.abort(Object.assign(new Error(code), { code }));

test.each<[ExitCode, string, string, ExitCode]>([
  [0, 'ENOSPC', '', 1],
  [0, 'EIO', '', 1],
  [0, 'EBADF', '', 1],
  [0, '', 'ENOSPC', 1],
  [0, '', 'EIO', 1],
  [0, 'EPIPE', '', 0],
  [0, '', 'EPIPE', 0],
  [0, 'EPIPE', 'ENOSPC', 1],
  [0, '', '', 0],
  [2, 'ENOSPC', 'ENOSPC', 2],
  [7, 'EIO', 'EIO', 7],
  [130, 'EIO', 'EIO', 130],
])('the code %d, with stdout %j and stderr %j, becomes %d', (code, out, err, expected) => {
  const signals = { out: out === '' ? works : gone(out), err: err === '' ? works : gone(err) };
  expect(lostOutput(code, signals).exitCode).toBe(expected);
});

test('says on stderr that stdout was lost, why, and what to do', () => {
  expect(lostOutput(2, { out: gone('ENOSPC'), err: works }).text).toBe(
    'error: stdout: the output could not be written: no space is left on the disk (ENOSPC)\n' +
      'hint: Free space on the disk (`df -h`, `df -i`), then run the command again.\n',
  );
});

test.each(['', 'EPIPE'])('says nothing of a reader that has read enough: %j', (code) => {
  expect(lostOutput(0, { out: code === '' ? works : gone(code), err: works }).text).toBe('');
});
