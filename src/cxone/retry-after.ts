import { parseHttpDate } from './http-date.js';

/**
 * The wait that an answer asks for, in milliseconds: `Retry-After` as seconds or as an HTTP date (RFC 9110 §10.2.3).
 * A date counts from the answer's own `Date` where it has one, so that a wrong clock on either side does no harm.
 * Undefined when the header is absent, is neither, or asks for no wait at all.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  const wait = /^\d{1,12}$/.test(text) ? Number(text) * 1000 : untilDate(text, headers['date'], now);
  return wait !== undefined && wait > 0 ? wait : undefined;
}

function untilDate(text: string, serverDate: string | undefined, now: number): number | undefined {
  const date = parseHttpDate(text, now);
  const start = serverDate === undefined ? now : (parseHttpDate(serverDate, now) ?? now);
  return date === undefined ? undefined : date - start;
}
