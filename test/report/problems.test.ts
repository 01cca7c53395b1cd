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

/** The marked line of a code frame, and the one with the pointer below it. */
function frameOf(text: string): { line: string; pointer: string } {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith('> '));
  return { line: lines[at] ?? '', pointer: lines[at + 1] ?? '' };
}

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
    const { line, pointer } = frameOf(text);
    expect(line.slice(0, pointer.indexOf('^') + 1)).toMatch(/aHERE$/);
    expect(line, 'some of what follows').toMatch(/HEREb+…$/);
    expect(line.length).toBeLessThanOrEqual(80);
  });

  test('in front of a long line are not moved', () => {
    const text = problemsText(
      [{ ...problem, line: 1, column: 2, excerpt: { firstLine: 1, text: `xy${'a'.repeat(1000)}` } }],
      plain,
    );
    const { line, pointer } = frameOf(text);
    expect(line[pointer.indexOf('^')]).toBe('y');
  });

  test('fit the page: lines end between words, and what follows is indented', () => {
    const words = 'of many words that say at length what is wrong with it';
    const text = problemsText([{ ...problem, message: `${words}, ${words}`, hint: `${words}, ${words}` }], plain);
    const lines = text.split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines[1]).toMatch(/^ {4}\w/);
    expect(lines.at(-2)).toMatch(/^ {8}\w/);
    const whole = problemsText([{ ...problem, message: `${words}, ${words}` }], { ...plain, width: Infinity });
    expect(whole.split('\n')[0], 'in a pipe').toContain(`${words}, ${words} unknown-key`);
  });

  test('point at the column of a frame that is cut to the page, on every width', () => {
    const text = `${'a'.repeat(100)}HERE${'b'.repeat(100)}`;
    for (let width = 40; width < 240; width += 1) {
      const one = { ...problem, line: 1, column: 101, excerpt: { firstLine: 1, text } };
      const { line, pointer } = frameOf(problemsText([one], { ...plain, width }));
      expect(line.slice(pointer.indexOf('^')), `${width}`).toMatch(/^HERE/);
      expect(line.length).toBeLessThanOrEqual(width);
    }
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
