import { expect, test } from 'vitest';
import { faultyPlace } from '../../src/apply/faulty-place.js';
import { engine } from '../plan/sample.js';

const at = (line: number) => ({ file: 'engines/a.yaml', line, column: 3, layer: 'dev' });
const resource = {
  ...engine('A@1.0.0'),
  source: { file: 'engines/a.yaml', line: 1, column: 1 },
  origins: new Map([
    ['/metadata/name', at(3)],
    ['/spec/acousticModelId', at(5)],
    ['/spec/grammarConstraints', at(7)],
    ['/spec/grammarConstraints/0/content', at(9)],
  ]),
};

test.each([
  ['the line that sets the field', ['acousticModelId'], 5],
  ['the line that sets the name', ['name'], 3],
  ['the line of what holds it, written with dots and brackets', ['grammarConstraints[0].content.rules[1].pattern'], 9],
  ['the line of what holds it, written as a pointer', ['/grammarConstraints/1/type'], 7],
  ['the first of the fields that the manifests set', ['role', 'acousticModelId', 'name'], 5],
  ['where the resource starts, for a field that no manifest sets', ['role'], 1],
  ['where the resource starts, when no field is named', [], 1],
  ['where the resource starts, for an empty field', [''], 1],
])('a refusal names %s', (_what, fields, line) => {
  expect(
    faultyPlace(
      resource,
      fields.map((field) => ({ field })),
    ).line,
  ).toBe(line);
});
