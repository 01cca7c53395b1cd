import type { Problem } from '../model/problem.js';

/** The most problems that are shown of an environment (docs/security.md, "Bounds"). */
const maxProblems = 1000;

/** By file, line and column; at most 1,000 and one more that counts the rest. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const sorted = problems.toSorted((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column);
  return cutProblems(sorted, maxProblems);
}

/** Sorted problems and more of them, in the same order; where some are cut already, there is no room for more. */
export function withProblems(sorted: readonly Problem[], more: readonly Problem[]): readonly Problem[] {
  if (more.length === 0 || sorted.length > maxProblems) return sorted;
  return sortProblems([...sorted, ...more]);
}

/** The first `most` of sorted problems, and one more that counts the rest if there are more. */
export function cutProblems(sorted: readonly Problem[], most: number): Problem[] {
  const rest = sorted.slice(most);
  const [first] = rest;
  if (first === undefined) return [...sorted];
  // Never a warning in place of an error.
  const severity = rest.some((problem) => problem.severity === 'error') ? 'error' : 'warning';
  const { file, line, column } = first;
  const message = `${rest.length.toLocaleString('en')} more problems are not shown.`;
  const last: Problem = { severity, code: 'too-many-problems', file, line, column, path: '', message };
  return [...sorted.slice(0, most), last];
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
