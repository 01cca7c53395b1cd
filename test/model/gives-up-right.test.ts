import { expect, test } from 'vitest';
import { givesUpRight } from '../../src/model/gives-up-right.js';
import type { Json } from '../../src/model/json.js';

const [a, b] = ['https://a.example.com', 'https://b.example.com'];
const windows = { timeZone: 'UTC', windows: [{ days: ['friday'], from: '09:00', to: '16:00' }] };

test.each<[string, Json, Json]>([
  ['webhooks.CXONE_WEBHOOK_QA', [a], null],
  ['webhooks.CXONE_WEBHOOK_QA', [a, b], [b]],
  ['guardrails.maxTrafficIncrease', null, 100],
  ['guardrails.maxTrafficIncrease', 25, 10],
  ['guardrails.maxChanges', null, { count: 20 }],
  ['guardrails.maxChanges', { count: 20 }, { count: 19 }],
  ['guardrails.maxChanges', { count: 20 }, { count: 20, percent: 50 }],
  ['guardrails.protected', null, ['Webhook/*']],
  ['guardrails.protected', ['Webhook/*'], ['SpeechEngine/IVR@*', 'Webhook/*']],
  ['guardrails.requireRollout', null, true],
  ['guardrails.requireRollout', false, true],
  ['guardrails.requireRollout', null, false],
  ['guardrails.changeWindows', null, windows],
])('%s from %j to %j gives up a right', (setting, before, after) => {
  expect(givesUpRight(setting, before, after)).toBe(true);
});

test.each<[string, Json, Json]>([
  ['baseUrl', a, b],
  ['tokenUrl', a, b],
  ['credentials.clientId', 'CXONE_A', 'CXONE_B'],
  ['ledger', 'elsewhere', null],
  ['ledger.branch', null, 'cxone-gitops/ledger'],
  ['webhooks.CXONE_WEBHOOK_QA', null, [a]],
  ['webhooks.CXONE_WEBHOOK_QA', [a], [a, b]],
  // One goes and one comes.
  ['webhooks.CXONE_WEBHOOK_QA', [a], [b]],
  ['guardrails.maxTrafficIncrease', 10, 11],
  ['guardrails.maxTrafficIncrease', 10, null],
  ['guardrails.maxChanges', { count: 20 }, null],
  ['guardrails.maxChanges', { count: 20, percent: 50 }, { count: 10 }],
  ['guardrails.maxChanges', { count: 20, percent: 50 }, { count: 10, percent: 51 }],
  ['guardrails.maxChanges', { count: 20 }, { percent: 10 }],
  ['guardrails.protected', ['Webhook/*'], null],
  ['guardrails.protected', ['Webhook/A', 'Webhook/B'], ['Webhook/A', 'Webhook/C']],
  ['guardrails.requireRollout', true, false],
  ['guardrails.requireRollout', true, null],
  ['guardrails.changeWindows', windows, null],
  // Later and shorter, but another time.
  ['guardrails.changeWindows', windows, { ...windows, timeZone: 'Europe/Berlin' }],
  ['guardrails.changeWindows', windows, { ...windows, windows: [] }],
  // Of another version.
  ['guardrails.maxRenames', 5, 4],
  ['guardrails.maxChanges', { count: 20, renames: 5 }, { count: 20 }],
  ['webhooks."odd"', 'set', null],
  ['ignoreDrift."/description"', null, 'set'],
])('%s from %j to %j is a right more', (setting, before, after) => {
  expect(givesUpRight(setting, before, after)).toBe(false);
});
