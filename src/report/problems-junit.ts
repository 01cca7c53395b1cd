import { isValid, type Problem } from '../model/problem.js';
import {
  type CheckedEnvironment,
  type EnvironmentReport,
  isUnread,
  type UnreadEnvironment,
} from './environment-report.js';
import { escapeXml } from './escape-xml.js';
import { countOf } from './verdict.js';

/**
 * JUnit XML, as Jenkins reads it: a testsuite for each environment, a failed testcase for each error (readers of the
 * format show one failure of a testcase), a passed one where there is none. Warnings fail nothing: they are the suite's
 * output.
 */
export function problemsJunit(reports: readonly EnvironmentReport[]): string {
  const suites = reports.map((report) => (isUnread(report) ? unreadSuite(report) : checkedSuite(report)));
  const failures = reports.reduce((sum, one) => sum + (isUnread(one) ? 0 : countOf(one.problems, 'error')), 0);
  const errors = reports.filter(isUnread).length;
  const tests = reports.reduce(
    (sum, one) => sum + (isUnread(one) ? 1 : Math.max(1, countOf(one.problems, 'error'))),
    0,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: 'cxone-gitops validate', tests, failures, errors })}>`,
    ...suites.flat(),
    '</testsuites>',
    '',
  ].join('\n');
}

function checkedSuite({ environment, problems }: CheckedEnvironment): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  const tests = Math.max(1, errors.length);
  const names = testNames(errors);
  return [
    `  <testsuite ${attributes({ name: environment, tests, failures: errors.length, errors: 0 })}>`,
    ...errors.flatMap((problem, index) => failedCase(environment, names[index] ?? '', problem)),
    ...(isValid(problems)
      ? [`    <testcase ${attributes({ classname: environment, name: 'manifests are valid' })}/>`]
      : []),
    ...(warnings.length === 0
      ? []
      : [
          `    <system-out>${warnings.map((problem) => ['warning', ...details(problem)].join(' ')).join('\n')}</system-out>`,
        ]),
    '  </testsuite>',
  ];
}

function unreadSuite({ environment, error }: UnreadEnvironment): string[] {
  const name = environment === '' ? 'cxone-gitops' : environment;
  const { code, message, hint = '' } = error;
  return [
    `  <testsuite ${attributes({ name, tests: 1, failures: 0, errors: 1 })}>`,
    `    <testcase ${attributes({ classname: name, name: 'manifests can be read' })}>`,
    `      <error ${attributes({ type: code, message })}>${escapeXml(hint)}</error>`,
    '    </testcase>',
    '  </testsuite>',
  ];
}

/** What tells a test from others and from run to run: no line, which moves with every edit above it. */
function testNames(errors: readonly Problem[]): string[] {
  const before = new Map<string, number>();
  return errors.map(({ file, code, path }) => {
    const name = [...(file === '' ? [] : [`${file}:`]), code, ...(path === '' ? [] : [`at ${path}`])].join(' ');
    const count = (before.get(name) ?? 0) + 1;
    before.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

function failedCase(classname: string, name: string, problem: Problem): string[] {
  const { code, message } = problem;
  return [
    `    <testcase ${attributes({ classname, name })}>`,
    `      <failure ${attributes({ type: code, message })}>${details(problem).join('\n')}</failure>`,
    '    </testcase>',
  ];
}

/** Escaped: the place and the message, then the hint. */
function details({ file, line, column, message, hint }: Problem): string[] {
  const place = file === '' ? '' : `${file}:${line}:${column} `;
  return [`${place}${message}`, ...(hint === undefined ? [] : [`hint: ${hint}`])].map(escapeXml);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(String(value))}"`)
    .join(' ');
}
