import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChangeWindow } from '../../../src/model/guardrails.js';
import { changeWindows } from '../../../src/plan/guardrails/change-windows.js';
import { openTraffic } from '../../../src/traffic/traffic-index.js';
import { engine, liveEngine } from '../sample.js';
import { refusalsOf } from './refusals.js';

const weekdays: ChangeWindow = { days: ['monday', 'tuesday', 'wednesday', 'thursday'], from: '09:00', to: '16:00' };

/** What the rule says at a moment, by itself: many moments are tried. */
function refusals(iso: string, windows: readonly ChangeWindow[], timeZone = 'Europe/Berlin', skewMs?: number) {
  const now = { ms: Date.parse(iso), skewMs };
  const plan = { environment: 'prod', compared: [], changes: [], traffic: openTraffic([]), now };
  return changeWindows(plan, { changeWindows: { timeZone, windows: [...windows] } });
}

const isOpen = (iso: string, window: ChangeWindow, timeZone?: string) => refusals(iso, [window], timeZone).length === 0;

// 2026-01-05 is a Monday; Berlin is one hour ahead of UTC in winter, two in summer.
test.each([
  ['2026-01-05T07:59:59.999Z', false],
  ['2026-01-05T08:00:00Z', true],
  ['2026-01-05T14:59:59.999Z', true],
  ['2026-01-05T15:00:00Z', false],
  ['2026-07-06T07:00:00Z', true],
  ['2026-07-06T14:00:00Z', false],
  ['2026-01-09T11:00:00Z', false],
])('Monday to Thursday 09:00 to 16:00 in Berlin at %s: open is %s', (iso, open) => {
  expect(isOpen(iso, weekdays)).toBe(open);
});

test('outside, it says what time it is there and when changes are allowed', () => {
  const night: ChangeWindow = { days: ['sunday', 'saturday'], from: '22:00', to: '04:00' };
  expect(refusals('2026-01-09T11:05:00Z', [weekdays, night])).toEqual([
    {
      code: 'outside-change-window',
      id: 'prod',
      message:
        'it is Friday 12:05, and changes are allowed Monday to Thursday 09:00 to 16:00; Saturday, Sunday 22:00 to 04:00 of the next day (Europe/Berlin)',
      hint: 'Apply again within a change window.',
    },
  ]);
});

test('one window that is open is enough', () => {
  expect(refusals('2026-01-09T11:05:00Z', [weekdays, { ...weekdays, days: ['friday'] }])).toEqual([]);
});

describe('a window over midnight', () => {
  const night: ChangeWindow = { days: ['sunday'], from: '22:00', to: '04:00' };

  test.each([
    ['2026-01-04T20:59:00Z', false],
    ['2026-01-04T21:00:00Z', true],
    ['2026-01-05T02:59:00Z', true],
    ['2026-01-05T03:00:00Z', false],
    // The early hours of Sunday belong to Saturday.
    ['2026-01-04T02:00:00Z', false],
  ])('of Sunday 22:00 to 04:00 at %s: open is %s', (iso, open) => {
    expect(isOpen(iso, night)).toBe(open);
  });

  test('to 00:00 ends with the day, as 24:00 does', () => {
    for (const to of ['00:00', '24:00']) {
      expect(isOpen('2026-01-04T22:59:59Z', { ...night, to })).toBe(true);
      expect(isOpen('2026-01-04T23:00:00Z', { ...night, to })).toBe(false);
    }
  });
});

test('00:00 to 24:00 is the whole day', () => {
  const day: ChangeWindow = { days: ['monday'], from: '00:00', to: '24:00' };
  const opens = ['2026-01-04T22:59:59Z', '2026-01-04T23:00:00Z', '2026-01-05T22:59:59Z', '2026-01-05T23:00:00Z'];
  expect(opens.map((iso) => isOpen(iso, day))).toEqual([false, true, true, false]);
});

describe('when clocks change', () => {
  const early = (from: string, to: string): ChangeWindow => ({ days: ['sunday'], from, to });

  test('in spring, the hour that is skipped is never open, and what lies around it is an hour shorter', () => {
    // 2026-03-29: at 01:00 UTC Berlin goes from 02:00 to 03:00.
    expect(isOpen('2026-03-29T00:59:59Z', early('02:00', '03:00'))).toBe(false);
    expect(isOpen('2026-03-29T01:00:00Z', early('02:00', '03:00'))).toBe(false);
    const hours = openMinutes('2026-03-28T20:00:00Z', 12, early('01:00', '04:00')) / 60;
    expect(hours).toBe(2);
    expect(isOpen('2026-03-29T01:00:00Z', early('01:00', '04:00'))).toBe(true);
    expect(isOpen('2026-03-29T02:00:00Z', early('01:00', '04:00'))).toBe(false);
  });

  test('in autumn, the hour that comes twice is open twice', () => {
    // 2026-10-25: at 01:00 UTC Berlin goes from 03:00 back to 02:00.
    expect(isOpen('2026-10-25T00:30:00Z', early('02:00', '03:00'))).toBe(true);
    expect(isOpen('2026-10-25T01:30:00Z', early('02:00', '03:00'))).toBe(true);
    expect(isOpen('2026-10-25T02:00:00Z', early('02:00', '03:00'))).toBe(false);
    expect(openMinutes('2026-10-24T20:00:00Z', 12, early('02:00', '03:00'))).toBe(120);
  });

  test('a night of Saturday goes on into the Sunday on which they change', () => {
    const night: ChangeWindow = { days: ['saturday'], from: '22:00', to: '04:00' };
    expect(openMinutes('2026-03-28T12:00:00Z', 24, night)).toBe(5 * 60);
    expect(openMinutes('2026-10-24T12:00:00Z', 24, night)).toBe(7 * 60);
  });

  /** How long it is open within so many hours, by a look each quarter of one. */
  function openMinutes(from: string, hours: number, window: ChangeWindow): number {
    const start = Date.parse(from);
    const quarters = Array.from({ length: hours * 4 }, (_, quarter) =>
      new Date(start + quarter * 900_000).toISOString(),
    );
    return quarters.filter((iso) => isOpen(iso, window)).length * 15;
  }
});

test('zones with half hours, and on the other side of the date line', () => {
  const monday: ChangeWindow = { days: ['monday'], from: '09:00', to: '10:00' };
  expect(isOpen('2026-01-05T03:30:00Z', monday, 'Asia/Kolkata')).toBe(true);
  expect(isOpen('2026-01-04T19:00:00Z', monday, 'Pacific/Kiritimati')).toBe(true);
  expect(isOpen('2026-01-05T20:59:00Z', monday, 'Pacific/Pago_Pago')).toBe(true);
});

test('a window and what is left of its day are never open at once, and one of them always is', () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
  const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
  const days: ChangeWindow['days'] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  fc.assert(
    fc.property(moment, time, time, (at, from, to) => {
      fc.pre(from !== to);
      const iso = at.toISOString();
      expect(isOpen(iso, { days, from, to })).toBe(!isOpen(iso, { days, from: to, to: from }));
    }),
  );
});

describe('when clocks are apart', () => {
  const open = '2026-01-05T10:00:00Z';

  test.each([[5 * 60_000], [-5 * 60_000], [0], [undefined]])('%s ms are no matter', (skewMs) => {
    expect(refusals(open, [weekdays], 'Europe/Berlin', skewMs)).toEqual([]);
  });

  test.each([
    [5 * 60_000 + 1, '5 minutes ahead of'],
    [-7 * 60_000, '7 minutes behind'],
    [3 * 3_600_000, '3 hours ahead of'],
  ])('%s ms: whether a window is open is not known', (skewMs, words) => {
    expect(refusals(open, [weekdays], 'Europe/Berlin', skewMs)).toEqual([
      {
        code: 'clock-skew',
        id: 'prod',
        message: `CXone's clock is ${words} this machine's, so whether a change window is open is not known`,
        hint: 'Set the clock of this machine.',
      },
    ]);
  });

  test('it is no matter where there are no windows', () => {
    const now = { ms: Date.parse(open), skewMs: 3_600_000 };
    expect(refusalsOf({ requireRollout: true }, { resources: [engine('A@1.0.0')], now })).toEqual([]);
  });
});

test('a zone that this Node.js does not know is never open', () => {
  expect(refusals('2026-01-05T10:00:00Z', [weekdays], 'Mars/Olympus')).toMatchObject([
    { code: 'outside-change-window', message: expect.stringContaining('does not know the time zone Mars/Olympus') },
  ]);
});

test('without a change nothing is refused at any time', () => {
  const now = { ms: Date.parse('2026-01-09T11:00:00Z'), skewMs: undefined };
  const rule = { changeWindows: { timeZone: 'UTC', windows: [weekdays] } };
  expect(refusalsOf(rule, { resources: [engine('A@1.0.0')], live: [liveEngine('a', 'A@1.0.0')], now })).toEqual([]);
});
