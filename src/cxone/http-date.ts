const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT`. */
const fixed = /^[A-Z][a-z]{2}, (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/;
/** RFC 850, `Sunday, 06-Nov-94 08:49:37 GMT`. */
const rfc850 = /^[A-Z][a-z]+, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/;
/** asctime, `Sun Nov  6 08:49:37 1994`: UTC too, which Date.parse gets wrong. */
const asctime = /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/;

/**
 * The instant of an HTTP date in one of the three formats of RFC 9110 §5.6.7, in milliseconds since 1970; undefined
 * for anything else. `now` (the same unit) decides the century of a two-digit year.
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  const parts = (fixed.exec(text) ?? rfc850.exec(text) ?? asctime.exec(text))?.groups;
  const month = months.indexOf(parts?.['month'] ?? '');
  if (parts === undefined || month === -1) return undefined;
  const [hours = NaN, minutes = NaN, seconds = NaN] = (parts['time'] ?? '').split(':').map(Number);
  const day = Number(parts['day']);
  const year = fullYear(parts['year'] ?? '', new Date(now).getUTCFullYear());
  const inRange = day >= 1 && day <= 31 && hours <= 23 && minutes <= 59 && seconds <= 60;
  return inRange ? Date.UTC(year, month, day, hours, minutes, seconds) : undefined;
}

/** A two-digit year that appears to be more than 50 years ahead is in the past (RFC 9110 §5.6.7). */
function fullYear(text: string, thisYear: number): number {
  if (text.length === 4) return Number(text);
  const year = thisYear - (thisYear % 100) + Number(text);
  return year > thisYear + 50 ? year - 100 : year;
}
