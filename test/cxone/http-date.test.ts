import { expect, test } from 'vitest';
import { parseHttpDate } from '../../src/cxone/http-date.js';

const instant = Date.UTC(1994, 10, 6, 8, 49, 37);
const now = Date.UTC(2026, 0, 31);

test.each([
  ['IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT'],
  ['RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT'],
  ['asctime, which is UTC and not local time', 'Sun Nov  6 08:49:37 1994'],
])('reads %s', (_format, text) => {
  expect(parseHttpDate(text, now)).toBe(instant);
});

test('takes a two-digit year for the one that is at most 50 years ahead', () => {
  expect(parseHttpDate('Sunday, 06-Nov-70 08:49:37 GMT', now)).toBe(Date.UTC(2070, 10, 6, 8, 49, 37));
  expect(parseHttpDate('Sunday, 06-Nov-77 08:49:37 GMT', now)).toBe(Date.UTC(1977, 10, 6, 8, 49, 37));
});

test.each([
  '',
  '-1',
  '2026-01-31T12:00:00Z',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Abc 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 25:00:00 GMT',
])('does not take %j for a date', (text) => {
  expect(parseHttpDate(text, now)).toBeUndefined();
});
