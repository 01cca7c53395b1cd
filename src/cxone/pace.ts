/** A copy of the server's rate limit, as far as its refusals have taught it. */
export interface Pace {
  /** How many milliseconds from `now` on the next request is to be held back; 0 while no limit was met. */
  waitMs(now: number): number;
  /** A request leaves. */
  left(now: number): void;
  /** A request was answered, and not refused for the rate. */
  passed(): void;
  /** A request was refused for the rate: the first one of its round. */
  refused(now: number): void;
  /** The client had nothing to send for a while, up to `now`. */
  idled(now: number): void;
}

/** Fewer requests than these say nothing of a rate. */
const fewest = 10;
/** What was counted long ago weighs less, so that a limit that changes is learned anew. */
const remembered = 2_000;
/** Requests that are kept back after a refusal: to be wrong by less costs no refusal. */
const reserve = 2;

/**
 * Rate limits are buckets: they hold some requests, refill evenly, and refuse when they are empty. So between two refusals
 * exactly as many requests pass as were filled in meanwhile, which gives the rate; and at a refusal the bucket is empty,
 * which gives its level from then on. Before the second refusal half of what went through is tried
 * (docs/decisions/0017-flow-control.md).
 */
export function openPace(): Pace {
  /** Requests a millisecond, by the exact count or, before there is one, by guess. */
  let rate: number | undefined;
  let counted = { passed: 0, ms: 0 };
  let isExact = false;
  /** Since when `passed` is counted; `fromEmpty` says that the bucket was empty then. */
  let since: number | undefined;
  let passed = 0;
  /** How many of them were sent at the pace, after what was saved up meanwhile. */
  let paced = 0;
  let isPaced = false;
  let fromEmpty = false;
  let level = 0;
  let filledAt = 0;

  const restart = (now: number, empty: boolean) => {
    since = now;
    passed = 0;
    paced = 0;
    isPaced = false;
    fromEmpty = empty;
  };
  const fill = (now: number): void => {
    if (rate === undefined) return;
    level += Math.max(0, now - filledAt) * rate * (1 + gain(paced, isExact));
    // What a guess adds up to while nothing is sent is worth nothing.
    if (!isExact) level = Math.min(level, 1);
    filledAt = now;
  };
  const learn = (now: number): void => {
    const ms = now - (since ?? now);
    if (!fromEmpty) {
      if (rate === undefined && passed >= fewest && ms > 0) rate = passed / ms / 4;
      return;
    }
    counted = { passed: counted.passed + passed, ms: counted.ms + ms };
    if (counted.passed > remembered) counted = { passed: counted.passed / 2, ms: counted.ms / 2 };
    if (counted.passed < fewest || counted.ms <= 0) return;
    rate = counted.passed / counted.ms;
    isExact = true;
  };

  return {
    waitMs(now) {
      fill(now);
      if (rate === undefined || level >= 1) return 0;
      isPaced = passed > 0;
      return (1 - level) / rate;
    },
    left(now) {
      since ??= now;
      fill(now);
      if (rate !== undefined) level -= 1;
    },
    passed() {
      passed += 1;
      if (isPaced) paced += 1;
    },
    refused(now) {
      learn(now);
      restart(now, true);
      level = isExact ? -reserve : 0;
      filledAt = now;
    },
    idled: (now) => restart(now, false),
  };
}

/**
 * By how much a rate is exceeded after so many requests at its pace without a refusal, to find out whether more is
 * permitted. A guessed rate is soon doubled; an exact one grows hardly at first, so that this costs one refusal in some
 * hundred requests, and is taken for a little less while requests are saved up.
 */
function gain(paced: number, isExact: boolean): number {
  if (!isExact) return (paced / 100) ** 2;
  return paced === 0 ? -0.02 : 0.01 * (paced / 400) ** 2;
}
