import { expect, test } from 'vitest';
import { credentialFault } from '../../src/model/credential-fault.js';

test.each([
  ['abc ', 'white space'],
  [' abc', 'white space'],
  ['abc\n', 'white space'],
  ['abc\r', 'white space'],
  ['abc\u00a0', 'white space'],
  ['\ufeffabc', 'white space'],
  ['"abc"', 'quotation mark'],
  ["'abc'", 'quotation mark'],
  ['`abc', 'quotation mark'],
  ['abc”', 'quotation mark'],
  ['a\tb', 'control character'],
  ['a\nb', 'control character'],
  ['a\u0000b', 'control character'],
  ['a\u0085b', 'control character'],
  ['a\u200bb', 'control character'],
  ['abc\u200b', 'control character'],
  ['a\u2028b', 'control character'],
])('%j is no credential', (value, fault) => {
  const said = credentialFault(value);
  expect(said).toContain(fault);
  expect(said).not.toContain('abc');
});

test.each(['abc', 'a b', 'a"b', "O'Neil", 'a=b#c\\d', 'Zürich', 'x'])('%j may be a credential', (value) => {
  expect(credentialFault(value)).toBeUndefined();
});
