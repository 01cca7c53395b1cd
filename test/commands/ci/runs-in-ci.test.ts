import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runsInCi } from '../../../src/commands/ci/runs-in-ci.js';

test.each([undefined, '', ' ', '0', 'false', 'FALSE', 'False '])('CI=%j is no CI', (CI) => {
  expect(runsInCi(CI === undefined ? {} : { CI })).toBe(false);
});

test.each(['1', 'true', 'TRUE', 'yes', 'woodpecker', '00', 'no'])('CI=%j is a CI', (CI) => {
  expect(runsInCi({ CI })).toBe(true);
});

test('nothing else in the program reads the variable', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const readers = files.filter((file) => /\['CI'\]|env\.CI\b|\{ CI \}/u.test(readFileSync(`src/${file}`, 'utf8')));
  expect(readers).toEqual(['commands/ci/runs-in-ci.ts']);
});
