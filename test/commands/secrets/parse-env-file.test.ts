import { expect, test } from 'vitest';
import { parseEnvFile } from '../../../src/commands/secrets/parse-env-file.js';

const valueOf = (line: string) => parseEnvFile(line).values['CXONE_A'];
const faultsOf = (text: string) => parseEnvFile(text).faults.map(({ line, code }) => `${line} ${code}`);

test.each([
  ['CXONE_A=abc', 'abc'],
  ['  export CXONE_A = abc  ', 'abc'],
  ['CXONE_A=', ''],
  ['CXONE_A=a=b==', 'a=b=='],
  ['CXONE_A="a b # c"  # a comment', 'a b # c'],
  ["CXONE_A='a\\nb\"c'", 'a\\nb"c'],
  ['CXONE_A=`a`', 'a'],
  ['CXONE_A=abc # a comment', 'abc'],
  ['CXONE_A= # a comment', ''],
  ['CXONE_A=a\\b', 'a\\b'],
])('%s is %j', (line, value) => {
  expect([valueOf(line), faultsOf(line)]).toEqual([value, []]);
});

test('a later line overrides an earlier one, whatever ends the lines', () => {
  expect(parseEnvFile('CXONE_A=1\r\n\n# x\r\nCXONE_A=2\rCXONE_B=3\n').values).toEqual({ CXONE_A: '2', CXONE_B: '3' });
});

test.each([
  ['CXONE_A: abc', '1 no-assignment'],
  ['CXONE_A abc', '1 no-assignment'],
  ['set CXONE_A=abc', '1 no-assignment'],
  ['CXONE_B=1\n\nabc', '3 no-assignment'],
  ['=abc', '1 no-assignment'],
  ['{ "CXONE_A": "abc" }', '1 no-assignment'],
  ['CXONE_A="abc', '1 open-quote'],
  ['CXONE_A="abc\ndef"', '1 open-quote,2 no-assignment'],
  ['CXONE_A="abc" def', '1 text-after-quote'],
  ['CXONE_A="a"b"', '1 text-after-quote'],
  ['CXONE_A=a#b', '1 ambiguous-value'],
  ['CXONE_A="a\\nb"', '1 ambiguous-value'],
  ['CXONE_GITOPS_AUTO_APPROVE=true', '1 option-in-env-file'],
  ['cxone_gitops_run_kind=push', '1 option-in-env-file'],
  ['CXONE_B=1\nOTHER="no end\nCXONE_A=1', '2 open-quote'],
])('%j is refused at its line', (text, faults) => {
  expect(faultsOf(text).join()).toBe(faults);
  const told = parseEnvFile(text).faults.map(({ message, hint }) => `${message} ${hint}`);
  expect(told.join(' ')).not.toContain('abc');
});

test('what other programs read from the file is passed over, its further lines too', () => {
  const text = [
    'PATH=/usr/bin#x',
    'JSON="{\\"a\\": 1}"',
    'KEY="-----BEGIN KEY-----',
    'CXONE_A=a line of the key',
    '-----END KEY-----"',
    "PLAIN='x' y",
    '__proto__=x',
    'CXONE_A=abc',
  ];
  expect(parseEnvFile(text.join('\n'))).toEqual({ values: { CXONE_A: 'abc' }, faults: [] });
});
