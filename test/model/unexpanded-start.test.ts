import { expect, test } from 'vitest';
import { unexpandedStart } from '../../src/model/unexpanded-start.js';

test.each([
  ['~', '~'],
  ['~/l', '~'],
  ['~\\l', '~'],
  ['~alice/l', '~alice'],
  ['$HOME', '$HOME'],
  ['$HOME/l', '$HOME'],
  [`\${HOME}/l`, `\${HOME}`],
  [`\${{ github.workspace }}/l`, `\${{ github.workspace }}`],
  ['$(pwd)/l', '$(pwd)'],
  ['%USERPROFILE%\\l', '%USERPROFILE%'],
])('%s begins with %s, which a shell expands', (path, start) => {
  expect(unexpandedStart(path)).toBe(start);
});

test.each(['', 'l', './~/l', './$HOME', '/home/alice', 'a~', 'a/~/b', '$id.json', '100%', '%', '../~'])(
  '%s is a path as it stands',
  (path) => {
    expect(unexpandedStart(path)).toBeUndefined();
  },
);
