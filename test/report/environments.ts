import type { Problem } from '../../src/model/problem.js';
import type { EnvironmentReport } from '../../src/report/environment-report.js';
import { hostile } from './page.js';

const unknownKey: Problem = {
  severity: 'error',
  code: 'unknown-key',
  file: 'environments/base/ivr.yaml',
  line: 10,
  column: 3,
  path: '/spec/trafficSplt',
  message: '`trafficSplt` is not a key of spec.',
  hint: 'Did you mean `trafficSplit`?',
};

const noManifests: Problem = {
  severity: 'warning',
  code: 'no-manifests',
  file: 'environments/dev',
  line: 1,
  column: 1,
  path: '',
  message: 'environments/dev holds an environment.yaml and no manifests.',
};

const header: Problem = {
  severity: 'error',
  code: 'wrong-type',
  file: 'environments/prod/webhooks/größe #1.yaml',
  line: 7,
  column: 17,
  path: '/spec/headers/X',
  message: 'X must be a mapping, not "50% of [a](b), <b>".',
  hint: 'Name an environment variable: { fromEnv: NAME }.',
};

/** Two environments that share a base and its mistake, a valid one, and one that is not there. */
export const reports: readonly EnvironmentReport[] = [
  { environment: 'dev', resources: 0, problems: [unknownKey, noManifests] },
  { environment: 'prod', resources: 3, problems: [unknownKey, header, { ...header, line: 9 }] },
  { environment: 'staging', resources: 6, problems: [] },
  {
    environment: 'tset',
    error: {
      code: 'OptionError',
      message: 'There is no environment "tset" in environments.',
      hint: 'Did you mean test?',
    },
    file: 'environments/tset/environment.yaml',
  },
];

/** Nothing wrong anywhere. */
export const validReports: readonly EnvironmentReport[] = [{ environment: 'dev', resources: 6, problems: [] }];

/** Reports in which every text is `text`. */
export function reportsOf(text: string): EnvironmentReport[] {
  const problem: Problem = {
    severity: 'error',
    code: 'unknown-key',
    file: text,
    line: 1,
    column: 1,
    path: `/${text}`,
    message: text,
    hint: text,
  };
  return [
    { environment: text, resources: 1, problems: [problem, { ...problem, severity: 'warning', line: 2 }] },
    { environment: text, error: { code: 'FileError', message: text, hint: text }, file: text },
  ];
}

/** What else a name can hold to break out of some format, besides `hostile`. */
export const hostileParts: readonly string[] = [
  hostile,
  '::error::x',
  '\n::add-mask::x',
  '##[group]',
  '##vso[task.complete]',
  '%0A::error::x',
  '%25',
  ']]>',
  '<script>alert(1)</script>',
  '<!--',
  '-->',
  '</details>',
  '"',
  "'",
  '&#0;',
  '&amp;',
  '\u0000',
  '\u001b[2J',
  '\u202e',
  '\ud800',
  '\udc00',
  '\ufffe',
  '\uffff',
  '\u{1fffe}',
  '\r\n',
  '|',
  '\\',
  '`',
  '@team',
  '#12',
  '{0}',
  '[a](https://evil.example)',
  '../',
  '/',
  ',',
  ':',
  '',
];
