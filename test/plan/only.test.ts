import { expect, test } from 'vitest';
import { onlySelector } from '../../src/plan/only.js';

test('without patterns everything is selected, with several whatever one of them matches', () => {
  expect(onlySelector([])('Webhook/x')).toBe(true);
  const selected = onlySelector(['Webhook/*', 'SpeechEngine/A@*']);
  expect(['Webhook/x', 'SpeechEngine/A@1', 'SpeechEngine/B@1'].map(selected)).toEqual([true, true, false]);
});
