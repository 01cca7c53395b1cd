import { expect, test } from 'vitest';
import { fileFault } from '../../src/model/file-fault.js';

const failure = (code: string) => Object.assign(new Error(`${code}: mkdir '/x'`), { code });

test.each([
  ['EROFS', 'the file system is read-only (EROFS)'],
  ['ENOSPC', 'no space is left on the disk (ENOSPC)'],
  ['EACCES', 'permission denied (EACCES)'],
  ['ENOENT', 'there is no such file or folder (ENOENT)'],
])('names %s, with what to do', (code, words) => {
  const fault = fileFault(failure(code));
  expect(fault.words).toBe(words);
  expect(fault.hint).toMatch(/^[A-Z].*\.$/);
});

test('keeps a name that it does not know, and the words of any other error', () => {
  expect(fileFault(failure('EODD')).words).toBe('EODD');
  expect(fileFault(new Error('it is no plain file')).words).toBe('it is no plain file');
});
