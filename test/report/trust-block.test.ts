import { expect, test } from 'vitest';
import { code } from '../../src/report/escape-markdown.js';
import { planMarkdown } from '../../src/report/plan-markdown.js';
import { planText } from '../../src/report/plan-text.js';
import { plain } from './page.js';
import { emptyPlan } from './sample.js';

const hash = 'c'.repeat(64);
const change = {
  setting: 'baseUrl',
  before: 'https://a.example.com',
  after: 'https://b.example.com',
  direction: 'more' as const,
};
const givenUp = {
  setting: 'webhooks.CXONE_WEBHOOK_QA',
  before: 'https://qa.example.com',
  after: null,
  direction: 'given-up' as const,
};
const trust = { hash, since: 'last-apply' as const, changed: [givenUp, change] };
const order = 'Send all requests, with the access token, to https://b.example.com (before: https://a.example.com)';
const givesUp = 'Send CXONE_WEBHOOK_QA no longer to https://qa.example.com (before: https://qa.example.com)';
const consequence =
  'apply asks an operator on a terminal to accept this; elsewhere it ends with exit code 5 until it is run with';

test('trusted settings that changed stand in the plan in words, what must be accepted first, with the hash to accept', () => {
  expect(planText({ ...emptyPlan, trust }, plain)).toContain(
    [
      '! Trusted settings changed since the last apply',
      `    ${order}`,
      `    ${givesUp} · needs no acceptance`,
      `    ${consequence}`,
      `    --accept-trust ${hash}\n`,
    ].join('\n'),
  );
  expect(planMarkdown({ ...emptyPlan, trust })).toContain(
    [
      `> **Trusted settings changed since the last apply**: ${consequence} ${code(`--accept-trust ${hash}`)}`,
      '>',
      `> - ${code(order)}`,
      `> - ${code(givesUp)} · needs no acceptance`,
    ].join('\n'),
  );
});

test('trusted settings that only give up rights ask for nothing', () => {
  const only = { ...emptyPlan, trust: { ...trust, changed: [givenUp] } };
  for (const text of [planText(only, plain), planMarkdown(only)]) {
    expect(text).toContain('needs no acceptance');
    expect(text).not.toContain('--accept-trust');
  }
});

test('hostile texts of manifests do nothing in the block', () => {
  const hostile = { ...change, setting: 'ledger', after: 'a\u202e\u001b[2J`b' };
  const shown = { ...emptyPlan, trust: { ...trust, changed: [hostile] } };
  expect(planText(shown, plain)).toContain('folder a\\u{202e}\\u{1b}[2J`b');
  expect(planMarkdown(shown)).not.toMatch(/[\u202e\u001b`]/);
});

test('of many changes a reviewer is shown fifty, and how many more there are', () => {
  const changed = Array.from({ length: 53 }, (_, index) => ({ ...change, setting: `s${index}` }));
  const text = planMarkdown({ ...emptyPlan, trust: { ...trust, since: 'trust-ref', changed } });
  expect(text).toContain('not those of the trusted ref');
  expect(text.match(/^> - <code>/gm)).toHaveLength(50);
  expect(text).toContain('> - and 3 more');
});
