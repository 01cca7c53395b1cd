import { expect, test } from 'vitest';
import { retryAfterMs } from '../../src/cxone/retry-after.js';
import { noon } from './client.js';

test('reads seconds', () => {
  expect(retryAfterMs({ 'retry-after': '7' }, noon)).toBe(7_000);
});

test('reads a date, counted from the clock', () => {
  expect(retryAfterMs({ 'retry-after': 'Sat, 31 Jan 2026 12:00:30 GMT' }, noon)).toBe(30_000);
});

test('counts a date from the answer’s own Date, so that a wrong clock does no harm', () => {
  const headers = { 'retry-after': 'Sat, 31 Jan 2026 13:00:30 GMT', date: 'Sat, 31 Jan 2026 13:00:00 GMT' };
  expect(retryAfterMs(headers, noon)).toBe(30_000);
});

test.each([undefined, '', '0', '-1', '1.5', 'soon', 'Sat, 31 Jan 2026 11:59:00 GMT'])(
  'takes %j for no wish',
  (text) => {
    expect(retryAfterMs(text === undefined ? {} : { 'retry-after': text }, noon)).toBeUndefined();
  },
);
