import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/model/problem.js';
import { code } from '../../src/report/escape-markdown.js';
import { validateSummary } from '../../src/report/validate-summary.js';
import { hostileParts, reports, reportsOf, validReports } from './environments.js';
import { dangers, golden } from './page.js';

describe('the summary of a step', () => {
  test('has a verdict, the counts of each environment, and a row for each problem', async () => {
    await expect(validateSummary(reports)).toMatchFileSnapshot(golden('validate-summary.md'));
    expect(validateSummary(validReports)).toMatch(/^### ✅ Manifests are valid\n/);
  });

  test('of a run that ended before it knew an environment says why', () => {
    const error = { code: 'FileError', message: 'nope can’t be read' };
    expect(validateSummary([{ environment: '', error, file: 'nope' }])).toBe(
      `### ❌ Manifests are not valid\n\n> **Not checked** ${code('nope can’t be read')}\n\n`,
    );
  });

  test('keeps to its budget, and counts what is left out', () => {
    const problem = { severity: 'error', code: 'rule', column: 1, path: '', message: 'ä'.repeat(100) } as const;
    const problems: Problem[] = Array.from({ length: 1000 }, (_, line) => ({ ...problem, file: 'a.yaml', line }));
    const all = [{ environment: 'dev', resources: 1, problems }];
    for (const budget of [2000, 10_000, 100_000]) {
      const text = validateSummary(all, budget);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(budget);
      const shown = text.match(/^\| ❌ error /gmu)?.length ?? 0;
      expect(shown).toBeGreaterThan(0);
      expect(text).toContain(`**${1000 - shown} of 1000 problems are not shown**: see the log.`);
    }
    expect(Buffer.byteLength(validateSummary(all))).toBeLessThan(500_000);
    expect(validateSummary(all)).not.toContain('not shown');
    const longer = problems.map((one) => ({ ...one, message: 'ä'.repeat(1000) }));
    expect(Buffer.byteLength(validateSummary([{ environment: 'dev', resources: 1, problems: longer }]))).toBeLessThan(
      500_000,
    );
  });

  test.each(hostileParts)('is safe with %j in every text', (text) => {
    const printed = validateSummary(reportsOf(text));
    expect(dangers(printed)).toEqual([]);
    const ours = /<\/?code>|&#\d+;|^### |\*\*Not checked\*\*/gmu;
    const outside = printed.replaceAll(ours, '');
    expect(outside).not.toMatch(/[<@`[\]*_#]/u);
    for (const row of printed.split('\n').filter((line) => line.startsWith('| ❌ error')))
      expect(row.match(/\|/gu)).toHaveLength(5);
  });
});
