import { expect, test } from 'vitest';
import { readMoment } from '../../../src/commands/audit/moment.js';
import { KnownError } from '../../../src/model/known-error.js';

const now = Date.parse('2026-03-01T12:00:00.000Z');

test.each([
  ['2026-01-31', '2026-01-31T00:00:00.000Z', '2026-01-31T23:59:59.999Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z', '2024-02-29T23:59:59.999Z'],
  ['2026-01-31T12:30Z', '2026-01-31T12:30:00.000Z', '2026-01-31T12:30:59.999Z'],
  ['2026-01-31T12:30:05Z', '2026-01-31T12:30:05.000Z', '2026-01-31T12:30:05.999Z'],
  ['2026-01-31T12:30:05.250Z', '2026-01-31T12:30:05.250Z', '2026-01-31T12:30:05.250Z'],
  ['2026-01-31T00:30:00.000+01:00', '2026-01-30T23:30:00.000Z', '2026-01-30T23:30:00.000Z'],
  ['P7D', '2026-02-22T12:00:00.000Z', '2026-02-22T12:00:00.000Z'],
  ['P1W', '2026-02-22T12:00:00.000Z', '2026-02-22T12:00:00.000Z'],
  ['P1DT1H30M5S', '2026-02-28T10:29:55.000Z', '2026-02-28T10:29:55.000Z'],
  ['PT0S', '2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.000Z'],
  ['P999999D', '1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'],
])('%s is an instant', (text, first, last) => {
  const read = (['first', 'last'] as const).map((edge) => readMoment('--since', text, now, edge));
  expect(read).toEqual([first, last]);
});

test.each([
  '',
  'P',
  'PT',
  'P1DT',
  'P1M',
  'P1Y',
  'P-1D',
  'P1.5D',
  '7d',
  'yesterday',
  '2026-02-30',
  '2026-13-01',
  '2026-01-31T25:00Z',
  '2026-01-31T12:00:00',
  '2026-01-31 12:00:00Z',
  '2026-01-31T12:00.5Z',
  '9999-12-31T23:59-23:59',
  '0000-01-01T00:00+23:59',
  '2026-01-31\n',
])('%j is refused, with what would do', (text) => {
  const read = () => readMoment('--since', text, now, 'first');
  expect(read).toThrow(KnownError);
  expect(read).toThrow('neither a date, nor a time, nor a duration');
});
