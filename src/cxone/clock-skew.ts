import { parseHttpDate } from './http-date.js';

export interface ClockSkew {
  /** Compares the `Date` of an answer with the local clock, which showed `sentAt` and `receivedAt` (ms since 1970). */
  learn(headers: Readonly<Record<string, string>>, sentAt: number, receivedAt: number): void;
  /** How far the server's clock is ahead of ours, in milliseconds; undefined before an answer has told. */
  ms(): number | undefined;
}

/** A `Date` has whole seconds: on average it was written half a second later than it says. */
const meanFractionMs = 500;

/**
 * Learns how far two clocks are apart. The server wrote its `Date` some time between the first byte of the request and
 * the last of the answer, so the shortest exchange says it best; what a slow one says is never believed over that.
 */
export function openClockSkew(): ClockSkew {
  let shortest = Number.POSITIVE_INFINITY;
  let skew: number | undefined;
  return {
    learn(headers, sentAt, receivedAt) {
      // A cache between repeats the date that the answer once had.
      if (headers['age'] !== undefined) return;
      const date = parseHttpDate(headers['date'] ?? '', receivedAt);
      const took = receivedAt - sentAt;
      if (date === undefined || took < 0 || took > shortest) return;
      shortest = took;
      skew = date + meanFractionMs - (sentAt + took / 2);
    },
    ms: () => skew,
  };
}
