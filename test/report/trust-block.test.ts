import { expect, test } from 'vitest';
import { code } from '../../src/report/escape-markdown.js';
import { planMarkdown } from '../../src/report/plan-markdown.js';
import { planText } from '../../src/report/plan-text.js';
import { plain } from './page.js';
import { emptyPlan } from './sample.js';

const hash = 'c'.repeat(64);
const trust = {
  hash,
  since: 'last-apply' as const,
  changed: [{ setting: 'baseUrl', before: 'https://a.example.com', after: 'https://b.example.com' }],
};

test('trusted settings that changed stand in the plan with the hash to accept, also of a plan that changes nothing', () => {
  expect(planText({ ...emptyPlan, trust }, plain)).toContain(
    [
      '! Trusted settings changed since the last apply',
      '    baseUrl  https://a.example.com → https://b.example.com',
      '    apply stops with exit code 5 until an operator runs it with',
      `    --accept-trust ${hash}\n`,
    ].join('\n'),
  );
  expect(planMarkdown({ ...emptyPlan, trust })).toContain(
    [
      '> **Trusted settings changed since the last apply**: apply stops with exit code 5 until an operator runs it with ' +
        code(`--accept-trust ${hash}`),
      '>',
      `> - ${code('baseUrl')} ${code('https://a.example.com')} → ${code('https://b.example.com')}`,
    ].join('\n'),
  );
});

test('of many changes a reviewer is shown fifty, and how many more there are', () => {
  const changed = Array.from({ length: 53 }, (_, index) => ({ setting: `s${index}`, before: null, after: 'x' }));
  const text = planMarkdown({ ...emptyPlan, trust: { ...trust, since: 'trust-ref', changed } });
  expect(text).toContain('not those of the trusted ref');
  expect(text.match(/^> - <code>/gm)).toHaveLength(50);
  expect(text).toContain('> - and 3 more');
});
