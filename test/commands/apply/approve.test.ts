import { describe, expect, test } from 'vitest';
import { approve } from '../../../src/commands/apply/approve.js';
import { engine, liveEngine, planOf } from '../../plan/sample.js';
import { plain } from '../../report/page.js';

const { plan } = planOf({
  resources: [engine('New@1.0.0'), engine('IVR@1.0.0', { noiseSuppression: false })],
  live: [liveEngine('1f0a', 'IVR@1.0.0')],
});

const target = {
  setting: 'webhooks.CXONE_WEBHOOK_QA',
  before: null,
  after: 'https://qa.example.com',
  direction: 'more' as const,
};

function asked(answer: boolean | undefined) {
  const questions: string[] = [];
  const printed: string[] = [];
  const confirm = async (question: string) => {
    questions.push(question);
    return answer === true;
  };
  const err = { page: plain, isTerminal: true, write: (text: string) => void printed.push(text) };
  return { questions, printed, context: { err, confirm: answer === undefined ? undefined : confirm } };
}

describe('an approval', () => {
  test('is asked for with what is written and where, under --quiet too', async () => {
    const { questions, printed, context } = asked(true);
    await approve(context, { quiet: true }, plan);
    expect(questions).toEqual(['Apply to prod at https://acme.api.nicecxone.com: create 1, update 1?']);
    expect(printed).toEqual([]);
  });

  test('counts only what there is', async () => {
    const { questions, context } = asked(true);
    await approve(context, {}, { ...plan, summary: { ...plan.summary, create: 0 } });
    expect(questions[0]).toMatch(/: update 1\?$/);
  });

  test('shows the plan first', async () => {
    const { printed, context } = asked(true);
    await approve(context, {}, plan);
    expect(printed.join('')).toContain('Plan for prod: 1 to create, 1 to update');
  });

  test('names the guardrails that it passes, each once, and the reason with the plan', async () => {
    const refusal = { code: 'protected', id: 'SpeechEngine/New@1.0.0', message: 'it would be created' };
    const refusals = [refusal, { ...refusal, id: 'SpeechEngine/IVR@1.0.0' }, { ...refusal, code: 'no-rollout' }];
    const { questions, printed, context } = asked(true);
    await approve(context, { override: 'INC-4711' }, { ...plan, refusals });
    expect(questions[0]).toMatch(/: create 1, update 1, overriding protected, no-rollout\?$/);
    expect(printed.join('')).toContain('reason: INC-4711');
    await approve(context, { override: 'INC-4711' }, plan);
    expect(questions[1]).toMatch(/: create 1, update 1\?$/);
  });

  test('asks with the plan about trusted settings, shows them whole under --quiet too, and names a single one', async () => {
    const { questions, printed, context } = asked(true);
    await approve(context, { quiet: true }, plan, [target]);
    expect(questions).toEqual([
      'Apply to prod at https://acme.api.nicecxone.com: create 1, update 1, and send CXONE_WEBHOOK_QA to https://qa.example.com (before: nowhere)?',
    ]);
    expect(printed.join('')).toContain('    Send CXONE_WEBHOOK_QA to https://qa.example.com (before: nowhere)\n');
    await approve(context, { quiet: true }, plan, [target, { ...target, setting: 'webhooks.CXONE_WEBHOOK_B' }]);
    expect(questions[1]).toMatch(/update 1, and accept the 2 changes of trusted settings above\?$/);
    expect(printed.join('')).toContain('    Send CXONE_WEBHOOK_B to');
    const long = { ...target, setting: 'guardrails.protected', after: 'Webhook/x'.repeat(50) };
    await approve(context, { quiet: true }, plan, [long]);
    expect(questions[2]).toMatch(/accept the 1 change of trusted settings above\?$/);
    expect(printed.join('')).toContain(long.after);
  });

  test('of a plan without changes asks about the trusted settings alone', async () => {
    const { questions, context } = asked(true);
    await approve(context, {}, { ...plan, changes: [] }, [target]);
    expect(questions).toEqual(['Send CXONE_WEBHOOK_QA to https://qa.example.com? Before: nowhere.']);
  });

  test('that is refused stops the run', async () => {
    await expect(approve(asked(false).context, {}, plan)).rejects.toThrow('not approved, so nothing was written');
  });

  test('can not be asked for without a terminal', async () => {
    await expect(approve(asked(undefined).context, {}, plan)).rejects.toThrow('there is no terminal to ask on');
    await approve(asked(undefined).context, { autoApprove: true }, plan);
  });
});
