import { expect, test } from 'vitest';
import type { TrustChange } from '../../src/model/trust-changes.js';
import { trustSentence } from '../../src/report/trust-words.js';

const [a, b, c] = ['https://a.example.com', 'https://b.example.com', 'https://c.example.com'];

function sentence(setting: string, before: string | null, after: string | null, given = false): string {
  const change: TrustChange = { setting, before, after, direction: given ? 'given-up' : 'more' };
  return trustSentence(change);
}

test.each([
  [sentence('webhooks.CXONE_WEBHOOK_QA', null, a), `Send CXONE_WEBHOOK_QA to ${a} (before: nowhere)`],
  [
    sentence('webhooks.CXONE_WEBHOOK_QA', a, `${a}, ${b}, ${c}`),
    `Send CXONE_WEBHOOK_QA to ${b} and ${c} (before: ${a})`,
  ],
  [sentence('webhooks.CXONE_WEBHOOK_QA', a, b), `Send CXONE_WEBHOOK_QA to ${b} (before: ${a})`],
  [sentence('webhooks.CXONE_WEBHOOK_QA', a, null, true), `Send CXONE_WEBHOOK_QA no longer to ${a} (before: ${a})`],
  [sentence('baseUrl', a, b), `Send all requests, with the access token, to ${b} (before: ${a})`],
  [sentence('tokenUrl', a, b), `Send the client id and the client secret to ${b} (before: ${a})`],
  [
    sentence('credentials.clientSecret', 'CXONE_A', 'CXONE_B'),
    'Read the client secret from the variable CXONE_B (before: CXONE_A)',
  ],
  [
    sentence('credentials.clientId', 'CXONE_A', 'CXONE_B'),
    'Read the client id from the variable CXONE_B (before: CXONE_A)',
  ],
  [sentence('ledger', null, 'elsewhere'), 'Keep the ledger in the folder elsewhere (before: the default)'],
  [sentence('ledger', 'elsewhere', null), 'Keep the ledger no longer in the folder elsewhere (before: elsewhere)'],
  [sentence('ledger.remote', null, 'origin'), 'Keep the ledger at the git remote origin (before: the default)'],
  [sentence('ledger.branch', 'l', 'm'), 'Keep the ledger on the branch m (before: l)'],
  [sentence('guardrails.maxTrafficIncrease', '10', null), 'Remove the guardrail maxTrafficIncrease (before: 10)'],
  [sentence('guardrails.maxTrafficIncrease', '10', '20'), 'Change the guardrail maxTrafficIncrease to 20 (before: 10)'],
  [
    sentence('guardrails.maxTrafficIncrease', '20', '10', true),
    'Tighten the guardrail maxTrafficIncrease to 10 (before: 20)',
  ],
  [sentence('guardrails.protected', null, 'Webhook/*', true), 'Add the guardrail protected Webhook/* (before: none)'],
  // Of another version.
  [sentence('ignoreDrift."/a.b"', 'set', null), 'Change ignoreDrift."/a.b" to none (before: set)'],
])('%s', (given, expected) => {
  expect(given).toBe(expected);
});
