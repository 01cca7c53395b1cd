import { expect, test } from 'vitest';
import { errorDocument, exitCodeOf } from '../../../src/commands/output/report-error.js';

/** As node makes it for a call of the system. */
const systemError = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: open`), { code, syscall: 'open', ...(path !== undefined && { path }) });

test('a file that the system refuses is no bug, wherever it is thrown', () => {
  const error = systemError('EACCES', '/etc/key');
  expect(exitCodeOf(error)).toBe(1);
  expect(errorDocument(error).error).toMatchObject({
    code: 'FileError',
    message: '/etc/key: permission denied (EACCES)',
    exitCode: 1,
  });
});

test.each([
  ['of no file', systemError('EACCES')],
  ['that the table does not know', systemError('EODD', '/etc/key')],
  ['of ours', new TypeError('x is not a function')],
])('an error %s is a bug', (_which, error) => {
  expect(exitCodeOf(error)).toBe(70);
  expect(errorDocument(error).error.code).toBe('InternalError');
});
