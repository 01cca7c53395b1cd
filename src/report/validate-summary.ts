import { isValid, type Problem } from '../model/problem.js';
import { counted } from './counted.js';
import { distinctProblems } from './distinct-problems.js';
import { type EnvironmentReport, isUnread, type UnreadEnvironment } from './environment-report.js';
import { code } from './escape-markdown.js';
import { countOf } from './verdict.js';

/** A step's summary holds 1,024 KiB; over that, GitHub refuses the whole of it. Other commands write to it, too. */
const defaultBudget = 400_000;

/**
 * What `validate` found as Markdown for a job summary: a verdict, the counts of each environment, a table of problems.
 * Problems that do not fit into `budget` bytes are left out from the end, and counted.
 */
export function validateSummary(reports: readonly EnvironmentReport[], budget = defaultBudget): string {
  const problems = distinctProblems(reports);
  const unread = reports.filter(isUnread);
  const valid = unread.length === 0 && isValid(problems);
  const head = [
    `### ${valid ? '✅ Manifests are valid' : '❌ Manifests are not valid'}`,
    ...(unread.length === reports.length ? [] : [environmentTable(reports)]),
    ...unread.map(notChecked),
  ];
  const rows = fitting(problems.map(problemRow), budget - Buffer.byteLength(head.join('\n\n'), 'utf8') - 300);
  const table = ['| | place | problem | hint |', '|---|---|---|---|', ...rows].join('\n');
  const left = problems.length - rows.length;
  const cut = `**${left} of ${counted(problems.length, 'problem')} ${left === 1 ? 'is' : 'are'} not shown**: see the log.`;
  return `${[...head, ...(rows.length > 0 ? [table] : []), ...(left > 0 ? [cut] : [])].join('\n\n')}\n\n`;
}

function environmentTable(reports: readonly EnvironmentReport[]): string {
  return [
    '| environment | | resources | errors | warnings |',
    '|---|---|--:|--:|--:|',
    ...reports.map((report) => {
      if (isUnread(report)) return `| ${code(report.environment)} | ❌ not checked | | | |`;
      const { environment, resources, problems } = report;
      const verdict = isValid(problems) ? '✅ valid' : '❌ invalid';
      return `| ${code(environment)} | ${verdict} | ${resources} | ${countOf(problems, 'error')} | ${countOf(problems, 'warning')} |`;
    }),
  ].join('\n');
}

function notChecked({ environment, error: { message, hint = '' } }: UnreadEnvironment): string {
  const name = environment === '' ? '' : ` ${code(environment)}:`;
  return `> **Not checked**${name} ${code(message)}${hint === '' ? '' : ` ${code(hint)}`}`;
}

function problemRow({ severity, file, line, column, code: rule, message, hint }: Problem): string {
  const place = file === '' ? '' : code(`${file}:${line}:${column}`);
  const sign = severity === 'error' ? '❌ error' : '⚠️ warning';
  return `| ${sign} | ${place} | ${code(message)} ${code(rule)} | ${hint === undefined ? '' : code(hint)} |`;
}

/** The rows that fit into so many bytes, from the first on. */
function fitting(rows: readonly string[], room: number): string[] {
  const shown: string[] = [];
  let used = 0;
  for (const row of rows) {
    used += Buffer.byteLength(row, 'utf8') + 1;
    if (used > room) break;
    shown.push(row);
  }
  return shown;
}
