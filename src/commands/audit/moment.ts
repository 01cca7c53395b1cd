import { KnownError } from '../../model/known-error.js';

/** Which end of what was written is meant: a date alone begins at midnight and ends just before the next, UTC. */
export type Edge = 'first' | 'last';

/**
 * The instant that an option names, as UTC with milliseconds: an ISO 8601 date, a date and time with its offset, or a
 * duration of weeks to seconds before `now` (milliseconds since 1970). `last` is the end of the day, minute or second
 * that is written, so that a time copied from a report includes what stands there. Throws a KnownError (OptionError).
 */
export function readMoment(option: string, text: string, now: number, edge: Edge): string {
  const at = beforeNow(text, now) ?? written(text, edge);
  if (at !== undefined) return new Date(at).toISOString();
  throw new KnownError('OptionError', `${option} ${text}: it is neither a date, nor a time, nor a duration`, {
    hint: 'Such as 2026-01-31, 2026-01-31T12:00:00Z, 2026-01-31T13:00+01:00, or P7D and PT12H before now.',
  });
}

function beforeNow(text: string, now: number): number | undefined {
  const parts =
    /^P(?=\d|T\d)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/.exec(text);
  if (parts === null) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  const before = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
  return Math.max(0, now - before * 1000);
}

function written(text: string, edge: Edge): number | undefined {
  const pattern = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?(\.\d{1,3})?(Z|[+-]\d\d:\d\d))?$/;
  const [, date, minute, second, fraction, offset] = pattern.exec(text) ?? [];
  if (date === undefined || (fraction !== undefined && second === undefined)) return undefined;
  const at = Date.parse(`${date}T${minute ?? '00:00'}${second ?? ':00'}${fraction ?? '.000'}${offset ?? 'Z'}`);
  // Date.parse takes the 30th of February for a day in March.
  const day = Date.parse(`${date}T00:00:00.000Z`);
  if (Number.isNaN(at) || Number.isNaN(day) || !new Date(day).toISOString().startsWith(date)) return undefined;
  if (new Date(at).getUTCFullYear() > 9999 || at < Date.parse('0000-01-01T00:00:00.000Z')) return undefined;
  const length = minute === undefined ? 86_400_000 : second === undefined ? 60_000 : fraction === undefined ? 1000 : 1;
  return edge === 'last' ? at + length - 1 : at;
}
