import type { ChangeWindow } from '../../model/guardrails.js';

export type Day = ChangeWindow['days'][number];

/** The days of a week, in its order. */
export const weekDays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** What a clock on the wall shows. */
export interface WallClock {
  readonly day: Day;
  /** `09:05`. Texts of this form are in the order of their times. */
  readonly time: string;
}

/**
 * What clocks show in a time zone, summer time included, at a moment in milliseconds since 1970. Undefined where this
 * Node.js does not know the zone.
 */
export function wallClock(ms: number, timeZone: string): WallClock | undefined {
  const format = formatIn(timeZone);
  if (format === undefined) return undefined;
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const day = weekDays.find((one) => one === parts.get('weekday')?.toLowerCase());
  return day === undefined ? undefined : { day, time: `${parts.get('hour')}:${parts.get('minute')}` };
}

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'long',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
