import { isValid, type Problem } from '../model/problem.js';
import { counted } from './counted.js';
import { type CheckedEnvironment, type EnvironmentReport, isUnread } from './environment-report.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Paint } from './paint.js';

/** One line on an environment: valid or not, and how much there is of each. Without a newline at its end. */
export function verdictLine(report: EnvironmentReport, paint: Paint): string {
  const name = report.environment === '' ? '' : ` ${paint.bold(escapeTerminal(report.environment))}`;
  if (isUnread(report)) return `${paint.red('✖ not checked')}${name}: ${escapeTerminal(report.error.message)}`;
  const mark = isValid(report.problems) ? paint.green('✔ valid') : paint.red('✖ invalid');
  return `${mark}${name}: ${countWords(report)}`;
}

/** `6 resources, 2 errors, 0 warnings` */
function countWords({ resources, problems }: CheckedEnvironment): string {
  const words = [
    counted(resources, 'resource'),
    counted(countOf(problems, 'error'), 'error'),
    counted(countOf(problems, 'warning'), 'warning'),
  ];
  return words.join(', ');
}

/** How many of the problems are errors, or warnings. */
export function countOf(problems: readonly Problem[], severity: Problem['severity']): number {
  return problems.filter((problem) => problem.severity === severity).length;
}
