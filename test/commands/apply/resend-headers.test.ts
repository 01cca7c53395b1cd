import { describe, expect, test } from 'vitest';
import { resendSelector } from '../../../src/commands/apply/resend-headers.js';
import { engine, hook } from '../../plan/sample.js';

const headers = { 'X-A': { fromEnv: 'CXONE_WEBHOOK_A' } };
const resources = [hook('QA', { headers }), hook('Radar', { headers }), hook('Plain'), engine('IVR@1.0.0')];

describe('--resend-headers', () => {
  test.each([
    [[], []],
    [['Webhook/QA'], ['Webhook/QA']],
    [['Webhook/*'], ['Webhook/QA', 'Webhook/Radar']],
    [
      ['Webhook/QA', '*adar'],
      ['Webhook/QA', 'Webhook/Radar'],
    ],
  ])('%j names %j', (patterns, named) => {
    const resends = resendSelector(patterns, resources, []);
    expect(['Webhook/QA', 'Webhook/Radar'].filter(resends)).toEqual(named);
  });

  test.each([
    ['Webhook/QQ', [], 'no manifest of a webhook with headers has this identity', "Did you mean 'Webhook/QA'?"],
    ['Nothing*', [], 'no manifest of a webhook with headers has this identity', 'Identities of webhooks look like'],
    ['Webhook/Plain', [], 'its manifest names no headers', 'Identities of webhooks look like'],
    ['SpeechEngine/IVR@1.0.0', [], 'its manifest names no headers', 'Identities of webhooks look like'],
    ['Webhook/QA', ['Webhook/Radar'], '--only leaves it out', 'Select it with --only too.'],
  ])('refuses %s with --only %j: %s', (pattern, only, message, hint) => {
    expect(() => resendSelector([pattern], resources, only)).toThrow(
      expect.objectContaining({
        code: 'OptionError',
        message: `--resend-headers ${pattern}: ${message}`,
        hint: expect.stringContaining(hint),
      }),
    );
  });
});
