import type { Problem } from '../model/problem.js';
import { type EnvironmentReport, isUnread, type UnreadEnvironment } from './environment-report.js';

/**
 * The problems of all environments, each once, in the order they were found in: environments that share a base see the
 * same ones there. What could not be read is not among them.
 */
export function distinctProblems(reports: readonly EnvironmentReport[]): Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of reports.flatMap((report) => (isUnread(report) ? [] : report.problems))) {
    const { severity, code, file, line, column, path, message } = problem;
    const key = JSON.stringify([severity, code, file, line, column, path, message]);
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()];
}

/** All of both kinds, what could not be read first. */
export function allProblems(reports: readonly EnvironmentReport[]): Problem[] {
  return [...reports.filter(isUnread).map(unreadProblem), ...distinctProblems(reports)];
}

/** An environment that could not be read, as a problem: for formats that know only places in files. */
function unreadProblem({ error, file }: UnreadEnvironment): Problem {
  const { code, message, hint = '' } = error;
  return { severity: 'error', code, file, line: 1, column: 1, path: '', message, ...(hint !== '' && { hint }) };
}
