import { describe, expect, test } from 'vitest';
import { code, fence } from '../../src/report/escape-markdown.js';
import { planMarkdown } from '../../src/report/plan-markdown.js';
import { engine, liveEngine, planOf } from '../plan/sample.js';
import { dangers, golden, hostile } from './page.js';
import { emptyPlan, hostilePlan, plan } from './sample.js';

const bytes = (text: string) => Buffer.byteLength(text);

describe('a plan as Markdown', () => {
  test('has a row and a folded diff a resource', async () => {
    await expect(planMarkdown(plan)).toMatchFileSnapshot(golden('plan.md'));
  });

  test('that is empty says so', async () => {
    await expect(planMarkdown(emptyPlan)).toMatchFileSnapshot(golden('plan-empty.md'));
  });

  test('says what it would change in trusted settings', () => {
    expect(planMarkdown(plan, [{ about: 'Trusted settings', message: 'endpoint: a → `b`' }])).toContain(
      '> **Trusted settings** <code>endpoint&#58; a &#8594; &#96;b&#96;</code>\n',
    );
  });

  test('is safe whatever is in it: nothing of it is markup, a link, a mention or a command', () => {
    const text = planMarkdown(hostilePlan, [{ about: 'Catalogue', message: hostile }]);
    expect(dangers(text)).toEqual([]);
    const outside = text.replace(/^(`{3,})diff\n[^]*?\n\1$/gm, '').replace(/&#\d+;/g, '');
    expect(outside).not.toMatch(/@team|<img|#12|\]\(|``/);
    expect(text.match(/<details>/g)).toHaveLength(hostilePlan.changes.length);
    // Every fence is longer than any run of backticks inside of it.
    for (const [, marks = '', body = ''] of text.matchAll(/^(`{3,})diff\n([^]*?)\n\1$/gm))
      expect(body).not.toContain(marks);
  });

  test('puts every row into the table on one line', () => {
    const rows = planMarkdown(hostilePlan)
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| |'));
    expect(rows).toHaveLength(hostilePlan.changes.length);
    for (const row of rows) expect(row.match(/\|/g)).toHaveLength(5);
  });
});

describe('a reviewer who has only this', () => {
  const grxml = (...items: string[]) => {
    const text = ['<grammar>', ...items.map((item) => `  <item>${item}</item>`), '</grammar>', ''].join('\n');
    return [{ type: 'grxml', content: { fileName: 'menu.grxml', grxml: text, sha256: 'a'.repeat(64) } }];
  };
  const items = Array.from({ length: 40 }, (_, index) => `item ${index}`);
  const words = Array.from({ length: 40 }, (_, index) => `word${index}`).join('|');

  const shown = (before: object, after: object, lastOutcome?: { payloadHash: string; resultHash: string }) =>
    planMarkdown(
      planOf({
        resources: [engine('IVR@1.0.0', { ...after }, { previousNames: ['Old IVR'] })],
        live: [liveEngine('1f0a', 'name' in before ? 'Old IVR@1.0.0' : 'IVR@1.0.0', { ...before })],
        lastOutcome: () => lastOutcome,
      }).plan,
    );

  test('sees in the table where traffic goes and what was renamed', () => {
    const text = shown({ name: 'Old IVR', trafficSplit: 90 }, { trafficSplit: 50, noiseSuppression: false });
    const told = `traffic ${code('90 → 50 %')}, renamed from ${code('Old IVR')}, ${code('noiseSuppression')}`;
    expect(text).toContain(`| ✏️ update | ${code('SpeechEngine/IVR@1.0.0')} | ${told} | PATCH |`);
  });

  test('sees that a merge would undo what somebody edited', () => {
    const wanted = planOf({ resources: [engine('IVR@1.0.0')] }).plan.changes[0]?.payloadHash ?? '';
    const text = shown({ noiseSuppression: false }, {}, { payloadHash: wanted, resultHash: wanted });
    expect(text).toContain(`| ${code('noiseSuppression')} (edited outside git) |`);
    expect(text).toContain(
      '- noiseSuppression: false (edited outside git)\n+ noiseSuppression: true (edited outside git)',
    );
  });

  test('sees which lines of a grammar change, and around them enough to know where', () => {
    const text = shown(
      { grammarConstraints: grxml(...items) },
      { grammarConstraints: grxml(...items.with(20, 'new')) },
    );
    expect(text).toContain(
      [
        '  grammarConstraints / grxml:menu.grxml / content / grxml:',
        '    |   <item>item 17</item>',
        '    |   <item>item 18</item>',
        '    |   <item>item 19</item>',
        '-   |   <item>item 20</item>',
        '+   |   <item>new</item>',
        '    |   <item>item 21</item>',
        '    |   <item>item 22</item>',
        '    |   <item>item 23</item>',
      ].join('\n'),
    );
    expect(text).not.toContain('item 30');
  });

  test('reads every line of a grammar that is new or goes away', () => {
    const whole = { grammarConstraints: grxml(...items) };
    expect(shown({}, whole).match(/^\+ {3}\| {7}<item>/gm)).toHaveLength(40);
    expect(shown(whole, {}).match(/^- {3}\| {7}<item>/gm)).toHaveLength(40);
  });

  test('need not look for what differs inside of a long text', () => {
    const text = shown({ description: words }, { description: words.replace('word20', 'work20') });
    expect(text).toContain('    differs in: …"17|word18|word19|word20|word21|word22|wor"… → …');
  });

  test('sees an addition or a removal as one line', () => {
    const phrases = (...list: string[]) => ({ grammarConstraints: [{ type: 'list', content: { phrases: list } }] });
    const text = shown(phrases('billing', 'cancel'), phrases('billing', 'opening hours'));
    const name = 'grammarConstraints / list:1 / content / phrases';
    expect(text).toContain(`\n- ${name}: "cancel"\n+ ${name}: "opening hours"\n`);
    expect(text).not.toContain('(none)');
  });

  test('is not deceived by a text that is written like a diff', () => {
    const text = shown({ description: '' }, { description: 'fine\n+ trafficSplit: 0\n- noiseSuppression: true' });
    expect(text).toContain('+   | + trafficSplit: 0\n+   | - noiseSuppression: true');
  });

  test('knows which commit it is of', () => {
    const { git } = plan;
    const planned = { ...plan, git: { ...git, head: 'c0ffee' } };
    expect(planMarkdown(planned)).toContain(`Plan hash ${code(plan.planHash)} of commit ${code('c0ffee')}\n`);
    expect(planMarkdown({ ...planned, git: { ...planned.git, dirty: true } })).toContain('with uncommitted changes');
    expect(planMarkdown({ ...plan, git: { ...git, head: null } })).not.toContain('commit');
  });
});

describe('the budget of bytes', () => {
  const names = Array.from({ length: 60 }, (_, index) => `Größe ${index}@1.0.0`);
  const many = planOf({
    resources: names.map((name) => engine(name, { description: `new ${'ä'.repeat(200)}` })),
    live: names.map((name, index) => liveEngine(`id-${index}`, name, { description: 'old' })),
  }).plan;

  test('is kept, and what is left out is counted', () => {
    for (const budget of [4_000, 10_000, 20_000, 60_000]) {
      const text = planMarkdown(many, [], budget);
      expect(bytes(text), `${budget}`).toBeLessThanOrEqual(budget);
      const shown = text.match(/<details>/g)?.length ?? 0;
      const left = shown === 60 ? '' : `**${60 - shown} of 60 changes are not shown in full**: see the saved plan.`;
      expect(text).toContain(left);
      expect(text).toContain(`Plan hash ${code(many.planHash)}`);
    }
    expect(planMarkdown(many, [], 10_000).match(/<details>/g)?.length).toBeGreaterThan(0);
    expect(planMarkdown(many)).not.toContain('not shown');
  });

  test('of a comment is used, not wasted', () => {
    expect(bytes(planMarkdown(many, [], 20_000))).toBeGreaterThan(15_000);
  });

  test('shows at most 50 unmanaged resources', () => {
    const live = Array.from({ length: 53 }, (_, index) => liveEngine(`x-${index}`, `X${index}@1.0.0`));
    const text = planMarkdown(planOf({ live }).plan);
    expect(text.match(/^- <code>/gm)).toHaveLength(50);
    expect(text).toContain('- and 3 more\n');
  });
});

test('a code element holds entities for all that Markdown or HTML could read', () => {
  expect(code('a_b*c`d|e<f>&@g#1[h](i)')).toBe(
    '<code>a&#95;b&#42;c&#96;d&#124;e&#60;f&#62;&#38;&#64;g&#35;1&#91;h&#93;&#40;i&#41;</code>',
  );
  expect(code('\u202e'), 'an entity of it would still reorder').toBe('<code>&#92;u&#123;202e&#125;</code>');
  expect(code('Größe 日本 12')).toBe('<code>Größe 日本 12</code>');
});

test('a fence is longer than the longest run of backticks', () => {
  expect(fence('a', 'diff')).toBe('```diff\na\n```');
  expect(fence('a ```` b ``', 'diff')).toBe('`````diff\na ```` b ``\n`````');
});
