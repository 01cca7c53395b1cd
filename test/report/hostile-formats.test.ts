import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openMask } from '../../src/model/mask.js';
import type { EnvironmentReport } from '../../src/report/environment-report.js';
import { plainPaint } from '../../src/report/paint.js';
import { problemsGithub } from '../../src/report/problems-github.js';
import { problemsGitlab } from '../../src/report/problems-gitlab.js';
import { problemsJunit } from '../../src/report/problems-junit.js';
import { problemsSarif } from '../../src/report/problems-sarif.js';
import { problemsText } from '../../src/report/problems-text.js';
import { validateSummary } from '../../src/report/validate-summary.js';
import { hostileParts, reportsOf } from './environments.js';
import { gitlabFaults, junitFaults, sarifFaults } from './format-schemas.js';
import { dangers } from './page.js';

/** What anybody could name anything. */
const text = fc
  .array(fc.oneof(fc.constantFrom(...hostileParts), fc.string({ unit: 'binary', maxLength: 8 }), codeUnit()))
  .map((parts) => parts.join(''));

/** Any code unit, lone surrogates and noncharacters among them. */
function codeUnit(): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
}

const runs = { numRuns: 300 };

describe('whatever names and messages hold', () => {
  test('GitHub is given our commands and no other, one a line', () => {
    fc.assert(
      fc.property(text, (one) => {
        const lines = problemsGithub(reportsOf(one)).trimEnd().split('\n');
        const ours = lines.filter((line) =>
          /^::(error|warning) (file=[^,:]*,line=\d+,col=\d+,)?title=[^,:]*::/u.test(line),
        );
        // Two problems and one environment that could not be read, then a line on each environment.
        expect(ours).toHaveLength(3);
        expect(lines).toHaveLength(5);
        expect(dangers(lines.map((line) => line.replace(/^::/u, '')).join('\n'))).toEqual([]);
        // Whoever decodes it gets no line end but the one before the hint.
        for (const line of ours)
          expect(line.replaceAll('%25', '').match(/%0[AD]/gu)?.length ?? 0).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });

  test('GitLab and SARIF readers are given a valid document without a control, hidden text or a command', () => {
    fc.assert(
      fc.property(text, (one) => {
        for (const [printed, faults] of [
          [problemsGitlab(inFolder(one)), gitlabFaults],
          [problemsSarif(reportsOf(one), '1.0.0'), sarifFaults],
        ] as const) {
          expect(faults(printed)).toEqual([]);
          expect(dangers(printed)).toEqual([]);
          expect(printed).not.toContain('<');
          for (const shown of shownTexts(JSON.parse(printed))) expect(dangers(shown)).toEqual([]);
        }
      }),
      runs,
    );
  });

  test('readers of JUnit are given XML that is well-formed and valid, without a command', async () => {
    const documents: string[] = [];
    fc.assert(
      fc.property(text, (one) => {
        const xml = problemsJunit(reportsOf(one));
        documents.push(xml);
        expect(dangers(xml)).toEqual([]);
        expect(xml).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
        expect(xml).not.toMatch(/<!|\]\]>/u);
      }),
      runs,
    );
    expect(await junitFaults(...documents)).toEqual([]);
  });

  test('a file whose name is a colon begins no command with its line', () => {
    const problems = reportsOf(':').flatMap((report) => ('problems' in report ? report.problems : []));
    expect(dangers(problemsText(problems, { paint: plainPaint, width: 80 }))).toEqual([]);
  });

  test('a terminal is given no control and no command, on any width', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 200 }), (one, width) => {
        const problems = reportsOf(one).flatMap((report) => ('problems' in report ? report.problems : []));
        expect(dangers(problemsText(problems, { paint: plainPaint, width }))).toEqual([]);
      }),
      runs,
    );
  });
});

/** Where a path of nothing but a hostile text would be absolute, which nothing that we print is. */
function inFolder(one: string): EnvironmentReport[] {
  return reportsOf(one).map((report) => {
    if (!('problems' in report)) return { ...report, file: `environments/${report.file}` };
    const problems = report.problems.map((problem) => ({ ...problem, file: `environments/${problem.file}` }));
    return { ...report, problems };
  });
}

/** What a person is shown of a document: descriptions and messages. */
function shownTexts(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    (key === 'text' || key === 'description') && typeof one === 'string' ? [one] : shownTexts(one),
  );
}

describe('a secret', () => {
  const secrets = [
    'plain-secret-1',
    'with "quotes" & <tags>',
    "it's%25/a,b:c",
    '{braces}](link)',
    'back\\slash`tick|pipe',
    'tab\tnew\nline',
    '##[group]secret',
    '::secret::',
    '\u202esecret\ufffe',
    'pâsswörd 🔑',
    '$&+=?#@team',
  ];
  const formats = {
    text: (all: readonly EnvironmentReport[]) =>
      problemsText(
        all.flatMap((one) => ('problems' in one ? one.problems : [])),
        { paint: plainPaint, width: Infinity },
      ),
    github: problemsGithub,
    gitlab: problemsGitlab,
    sarif: (all: readonly EnvironmentReport[]) => problemsSarif(all, '1.0.0'),
    junit: problemsJunit,
    summary: validateSummary,
  };

  test.each(Object.entries(formats))('is masked in %s, wherever it stands', (_format, print) => {
    for (const secret of secrets) {
      const mask = openMask();
      mask.add(secret);
      const other = 'x'.repeat(7);
      const same = (one: string) => print(reportsOf(one)).replaceAll(/[0-9a-f]{64}/gu, 'HASH');
      // A text that needs no escaping tells what the rest of the document looks like.
      expect(mask.apply(same(secret))).toBe(same(other).replaceAll(other, '***'));
    }
  });
});
