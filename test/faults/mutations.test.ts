import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mutations } from './mutations.js';

test.each(mutations)('what switches off "$name" is in $file exactly once', ({ file, replace }) => {
  const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  expect(replace.map(([from]) => source.split(from).length - 1)).toEqual(replace.map(() => 1));
});
