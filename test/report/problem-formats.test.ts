import { describe, expect, test } from 'vitest';
import type { EnvironmentReport } from '../../src/report/environment-report.js';
import { problemsGithub } from '../../src/report/problems-github.js';
import { problemsGitlab } from '../../src/report/problems-gitlab.js';
import { problemsJunit } from '../../src/report/problems-junit.js';
import { problemsSarif } from '../../src/report/problems-sarif.js';
import { reports, reportsOf, validReports } from './environments.js';
import { gitlabFaults, junitFaults, sarifFaults } from './format-schemas.js';
import { golden } from './page.js';

const [dev, prod] = reports;
if (dev === undefined || prod === undefined) throw new Error('there are two environments at least');

/** An environment with so many errors and warnings. */
function many(errors: number, warnings: number): EnvironmentReport {
  const one = { code: 'some-rule', file: 'a.yaml', column: 1, path: '', message: 'it is wrong' } as const;
  const problems = [
    ...Array.from({ length: warnings }, (_, index) => ({ ...one, severity: 'warning' as const, line: index + 1 })),
    ...Array.from({ length: errors }, (_, index) => ({ ...one, severity: 'error' as const, line: index + 1 })),
  ];
  return { environment: 'dev', resources: 1, problems };
}

describe('annotations of GitHub', () => {
  const lines = (all: readonly EnvironmentReport[]) => problemsGithub(all).trimEnd().split('\n');

  test('have a place, the rule as title, the message and the hint', async () => {
    await expect(problemsGithub(reports)).toMatchFileSnapshot(golden('problems-github.txt'));
  });

  test('escape what ends a property or a line as actions/toolkit does', () => {
    const [command] = lines(reportsOf('a,b:c%d'));
    expect(command).toBe('::error file=a%2Cb%3Ac%25d,line=1,col=1,title=FileError::a,b:c%25d%0Aa,b:c%25d');
  });

  test('come errors first, because GitHub shows ten of each', () => {
    const severities = lines([many(3, 3)]).map((line) => /^::(\w+)/.exec(line)?.[1]);
    expect(severities).toEqual(['error', 'error', 'error', 'warning', 'warning', 'warning', undefined]);
  });

  test('that GitHub does not show are counted', () => {
    expect(lines([many(11, 1)]).at(-2)).toMatch(
      /^::notice title=cxone-gitops validate::11 errors and 1 warning in all\./,
    );
    expect(lines([many(1, 11)]).at(-2)).toMatch(/^::notice .*1 error and 11 warnings/);
    expect(problemsGithub([many(10, 10)])).not.toContain('::notice');
  });

  test('are none where nothing is wrong', () => {
    expect(problemsGithub(validReports)).toBe('✔ valid dev: 6 resources, 0 errors, 0 warnings\n');
  });
});

describe('a Code Quality report of GitLab', () => {
  const entries = (all: readonly EnvironmentReport[]): { fingerprint: string; location: unknown }[] =>
    JSON.parse(problemsGitlab(all));

  test('is as GitLab reads it', async () => {
    await expect(problemsGitlab(reports)).toMatchFileSnapshot(golden('problems-gitlab.json'));
    expect(gitlabFaults(problemsGitlab(reports))).toEqual([]);
    expect(problemsGitlab(validReports)).toBe('[]\n');
  });

  test('has fingerprints that all differ, also of problems alike, and that stay when lines move', () => {
    const fingerprints = entries([many(5, 0)]).map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(5);
    const moved = [many(5, 0)].map((report) =>
      'problems' in report
        ? { ...report, problems: report.problems.map((one) => ({ ...one, line: one.line + 7 })) }
        : report,
    );
    expect(entries(moved).map(({ fingerprint }) => fingerprint)).toEqual(fingerprints);
  });

  test('has another fingerprint for another rule, file, path or message', () => {
    const one = { severity: 'error', code: 'a', file: 'b', line: 1, column: 1, path: '/c', message: 'd' } as const;
    const others = [{ code: 'x' }, { file: 'x' }, { path: '/x' }, { message: 'x' }].map((over) => ({
      ...one,
      ...over,
    }));
    const all = entries([{ environment: 'dev', resources: 0, problems: [one, ...others] }]);
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(5);
  });

  test('has a path for a problem of no file', () => {
    const none = { severity: 'error', code: 'a', file: '', line: 1, column: 1, path: '', message: 'd' } as const;
    expect(gitlabFaults(problemsGitlab([{ environment: 'dev', resources: 0, problems: [none] }]))).toEqual([]);
  });
});

describe('SARIF', () => {
  const version = '1.2.3';
  const runOf = (all: readonly EnvironmentReport[]) => JSON.parse(problemsSarif(all, version)).runs[0];

  test('is as its schema says', async () => {
    await expect(problemsSarif(reports, version)).toMatchFileSnapshot(golden('problems.sarif'));
    for (const all of [reports, validReports, []]) expect(sarifFaults(problemsSarif(all, version))).toEqual([]);
  });

  test('has a rule for each code that occurs, and results that point at theirs', () => {
    const { results, tool } = runOf(reports);
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual([
      'no-manifests',
      'unknown-key',
      'wrong-type',
    ]);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });

  test('says what could not be read as a notification of a run that did not succeed', () => {
    const { invocations, tool } = runOf(reports);
    expect(invocations).toMatchObject([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [{ level: 'error', descriptor: { id: 'OptionError' } }],
      },
    ]);
    expect(tool.driver.notifications).toEqual([{ id: 'OptionError' }]);
    expect(runOf([dev, prod]).invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  });

  test('names files by relative URIs, and by absolute ones outside of the current folder', () => {
    const uri = (file: string) => runOf(reportsOf(file)).results[0].locations[0].physicalLocation.artifactLocation.uri;
    expect(uri('a b/größe#1.yaml')).toBe('a%20b/gr%C3%B6%C3%9Fe%231.yaml');
    expect(uri('a:b/c?d')).toBe('a%3Ab/c%3Fd');
    expect(uri('/etc/x y')).toBe('file:///etc/x%20y');
  });

  test('has no placeholder and no link in a message', () => {
    const { results } = runOf(reportsOf('{0} [a](https://evil.example)'));
    expect(results[0].message.text).toMatch(/^\{\{0\}\} \[a\] \(https/);
  });
});

describe('JUnit XML', () => {
  test('is as its schema says', async () => {
    await expect(problemsJunit(reports)).toMatchFileSnapshot(golden('problems-junit.xml'));
    expect(await junitFaults(...[reports, validReports, []].map(problemsJunit))).toEqual([]);
  });

  test('counts what is in it', () => {
    const xml = problemsJunit([...reports, many(3, 4)]);
    const sum = (name: string) =>
      [...xml.matchAll(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`, 'gu'))].reduce(
        (total, [, n]) => total + Number(n),
        0,
      );
    const total = /<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)"/u.exec(xml)?.slice(1).map(Number);
    expect(total).toEqual([sum('tests'), sum('failures'), sum('errors')]);
    expect(total).toEqual(['<testcase ', '<failure ', '<error '].map((tag) => xml.split(tag).length - 1));
  });

  test('has names that do not move with lines, and none twice in a suite', () => {
    const names = [...problemsJunit([many(3, 0)]).matchAll(/<testcase [^>]*name="([^"]*)"/gu)].map(([, name]) => name);
    expect(names).toEqual(['a.yaml: some-rule', 'a.yaml: some-rule (2)', 'a.yaml: some-rule (3)']);
  });

  test('fails nothing for a warning, and shows it', () => {
    const xml = problemsJunit([many(0, 1)]);
    expect(xml).not.toContain('<failure');
    expect(xml).toContain('name="manifests are valid"/>');
    expect(xml).toContain('<system-out>warning a.yaml:1:1 it is wrong</system-out>');
  });

  test('is refused by the schema where it is anything else', async () => {
    expect(await junitFaults(problemsJunit(reports).replace('tests=', 'tsets='))).not.toEqual([]);
    expect(await junitFaults(problemsJunit(reports).replace('hint: ', 'hint: \u0001'))).not.toEqual([]);
  });
});

test('a problem of a base that environments share is there once, save in JUnit, whose suites are environments', () => {
  const shared: readonly EnvironmentReport[] = [dev, prod, dev];
  const count = (text: string) => text.split('`trafficSplt` is not a key of spec.').length - 1;
  expect(count(problemsGithub(shared))).toBe(1);
  expect(count(problemsGitlab(shared))).toBe(1);
  expect(count(problemsSarif(shared, '1'))).toBe(1);
  expect(count(problemsJunit(shared))).toBe(6);
});
