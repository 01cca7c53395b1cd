import { expect, test } from 'vitest';
import { runsInCi } from '../../../src/commands/ci/runs-in-ci.js';

test.each([undefined, '', ' ', '0', 'false', 'FALSE', 'False '])('CI=%j is no CI', (CI) => {
  expect(runsInCi(CI === undefined ? {} : { CI })).toBe(false);
});

test.each(['1', 'true', 'TRUE', 'yes', 'woodpecker', '00', 'no'])('CI=%j is a CI', (CI) => {
  expect(runsInCi({ CI })).toBe(true);
});
