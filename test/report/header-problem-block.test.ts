import { expect, test } from 'vitest';
import { code } from '../../src/report/escape-markdown.js';
import { planMarkdown } from '../../src/report/plan-markdown.js';
import { planText } from '../../src/report/plan-text.js';
import { plain } from './page.js';
import { emptyPlan } from './sample.js';

const problem = {
  severity: 'error' as const,
  code: 'unset-variable',
  file: 'environments/dev/hooks.yaml',
  line: 8,
  column: 21,
  path: '/spec/headers/X-A/fromEnv',
  message: 'the variable is not set \u001b[2J',
  hint: 'Set it.',
};
const title = '1 header value is not set or refused';
const consequence = 'with these variables, apply ends with exit code 3 before it writes';

test('header values that apply needs and can not have stand in the plan, each at its line', () => {
  expect(planText({ ...emptyPlan, problems: [problem] }, plain)).toContain(
    `! ${title}: ${consequence}\n    environments/dev/hooks.yaml:8:21: the variable is not set \\u{1b}[2J\n        Set it.\n`,
  );
  expect(planMarkdown({ ...emptyPlan, problems: [problem] })).toContain(
    `> **${title}**: ${consequence}\n>\n> - ${code('environments/dev/hooks.yaml:8:21')}: ${code('the variable is not set \u001b[2J')} – ${code('Set it.')}`,
  );
});

test('of many, a reviewer is shown fifty, and how many more there are', () => {
  const text = planMarkdown({ ...emptyPlan, problems: [problem, ...Array.from({ length: 52 }, () => problem)] });
  expect(text).toContain('53 header values are not set or refused');
  expect(text.match(/^> - <code>/gm)).toHaveLength(50);
  expect(text).toContain('> - and 3 more');
});
