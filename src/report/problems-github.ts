import type { Problem } from '../model/problem.js';
import { counted } from './counted.js';
import { allProblems } from './distinct-problems.js';
import type { EnvironmentReport } from './environment-report.js';
import { escapeCommandMessage, escapeCommandProperty } from './escape-command.js';
import { plainPaint } from './paint.js';
import { verdictLine } from './verdict.js';

/** GitHub shows so many annotations of each kind for a step; the rest is in its log only. */
const shownOfEach = 10;

/**
 * Workflow commands of GitHub Actions: an annotation for each problem, errors first, then a notice where GitHub shows
 * fewer than there are, and a plain line for each environment.
 */
export function problemsGithub(reports: readonly EnvironmentReport[]): string {
  const problems = allProblems(reports);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  const lines = [
    ...[...errors, ...warnings].map(annotation),
    ...(Math.max(errors.length, warnings.length) > shownOfEach ? [notice(errors.length, warnings.length)] : []),
    ...reports.map((report) => verdictLine(report, plainPaint)),
  ];
  return `${lines.join('\n')}\n`;
}

function annotation({ severity, file, line, column, code, message, hint }: Problem): string {
  const place = file === '' ? [] : [`file=${escapeCommandProperty(file)}`, `line=${line}`, `col=${column}`];
  const properties = [...place, `title=${escapeCommandProperty(code)}`].join(',');
  const lines = [message, ...(hint === undefined ? [] : [hint])].map(escapeCommandMessage);
  return `::${severity} ${properties}::${lines.join('%0A')}`;
}

function notice(errors: number, warnings: number): string {
  const counts = `${counted(errors, 'error')} and ${counted(warnings, 'warning')}`;
  const text = `${counts} in all. GitHub shows ${shownOfEach} of each as annotations; the log of this step has every one.`;
  return `::notice title=cxone-gitops validate::${escapeCommandMessage(text)}`;
}
