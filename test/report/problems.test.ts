import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/model/problem.js';
import { problemsText } from '../../src/report/problems-text.js';
import { coloured, dangers, golden, hostile, plain } from './page.js';

const manifest = [
  'apiVersion: cxone-gitops/v1',
  'kind: SpeechEngine',
  'spec:',
  '  version: 2.1.0',
  '  trafficSplt: 10',
  '  description: x',
];

const problem: Problem = {
  severity: 'error',
  code: 'unknown-key',
  file: 'environments/prod/ivr.yaml',
  line: 5,
  column: 3,
  path: '/spec/trafficSplt',
  message: 'there is no key trafficSplt',
  hint: 'Did you mean `trafficSplit`?',
  excerpt: { firstLine: 3, text: manifest.slice(2).join('\n') },
};
const { excerpt: _excerpt, hint: _hint, ...bare } = problem;

describe('problems as text', () => {
  const problems: Problem[] = [
    problem,
    { ...bare, severity: 'warning', code: 'no-manifests', message: 'it holds no manifests' },
    { ...bare, file: '', message: 'of no file' },
  ];

  test('have their place, a frame with the numbers of the file, the reason and a hint', async () => {
    await expect(problemsText(problems, plain)).toMatchFileSnapshot(golden('problems.txt'));
    await expect(problemsText(problems, coloured)).toMatchFileSnapshot(golden('problems-coloured.txt'));
  });

  test('point at the column, whatever stands before it', () => {
    const text = problemsText(
      [{ ...problem, line: 1, column: 6, excerpt: { firstLine: 1, text: '\t\u001b😀 x: 1' } }],
      plain,
    );
    const [, line = '', pointer = ''] = text.split('\n');
    expect(pointer.indexOf('^')).toBe(line.indexOf('x'));
  });

  test('in a line of a megabyte show what is around the place', () => {
    const long = `${'a'.repeat(500_000)}HERE${'b'.repeat(500_000)}`;
    const text = problemsText([{ ...problem, line: 1, column: 500_004, excerpt: { firstLine: 1, text: long } }], plain);
    expect(text.length).toBeLessThan(1000);
    const [, line = '', pointer = ''] = text.split('\n');
    expect(line.slice(0, pointer.indexOf('^') + 1)).toMatch(/aHERE$/);
  });

  test('in front of a long line are not moved', () => {
    const text = problemsText(
      [{ ...problem, line: 1, column: 2, excerpt: { firstLine: 1, text: `xy${'a'.repeat(1000)}` } }],
      plain,
    );
    const [, line = '', pointer = ''] = text.split('\n');
    expect(line[pointer.indexOf('^')]).toBe('y');
  });

  test('are safe whatever is in them', () => {
    const bad: Problem = {
      ...problem,
      file: hostile,
      message: hostile,
      hint: hostile,
      excerpt: { firstLine: 5, text: hostile },
    };
    expect(dangers(problemsText([bad], plain))).toEqual([]);
  });
});
