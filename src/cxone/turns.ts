import { deadlineWords } from '../model/deadline.js';
import type { KnownErrorCode } from '../model/known-error.js';
import type { ConnectOptions } from './connect-options.js';
import { openInFlight } from './in-flight.js';
import { onAbort } from './on-abort.js';
import { openPace } from './pace.js';

/** What waits for its turn to be sent. */
export interface Waiting {
  /** Milliseconds since 1970: not before that. */
  readonly notBefore: number;
  /** It was sent before: it goes ahead of what was not, */
  readonly isRepeat: boolean;
  /** or behind it, where it was refused again and nothing waits for it. */
  readonly yields: boolean;
  /** What others wait for, such as a token: it goes first, and needs no room among the requests in flight. */
  readonly isUrgent: boolean;
  readonly signal?: AbortSignal;
  /** Whether it leaves also when the run's time is over. */
  readonly finishes: () => boolean;
}

/** Why a request was not sent, and won't be. */
export interface Withheld {
  readonly kind: 'interrupted';
  readonly code: KnownErrorCode;
  readonly reason: string;
  readonly hint?: string;
}

/** What an answer, or its absence, says of the server. */
export type Verdict = 'passed' | 'overloaded' | 'refused for the rate' | 'nothing';

export interface Turns {
  /** Why a request would not be sent whatever it waits for; undefined where it would. */
  refusal(want: Waiting): Withheld | undefined;
  /** Waits until a request may be sent; undefined then, or why it may not. */
  take(want: Waiting): Promise<Withheld | undefined>;
  /** Gives back a turn that was taken; `sentAt` is when its request left. */
  giveBack(want: Waiting, verdict: Verdict, sentAt: number): void;
  /**
   * Holds back all requests for so long, in milliseconds; without `askedMs` for a time that grows from round to round.
   * Call it before a turn is given back as refused for the rate. Returns how long.
   */
  pause(sentAt: number, askedMs: number | undefined): number;
  /** Ends everything that waits. */
  close(): void;
}

/** The longest single wait that a server may ask for. */
export const maxWaitMs = 5 * 60_000;
/** Without a request for so long, a bucket may have filled up to its brim. */
const idleMs = 1_000;
/** Shorter waits for the pace are not worth a line. */
const announcedPaceMs = 2_000;
const backoff = { firstMs: 1_000, mostMs: 30_000 };

interface Waiter extends Waiting {
  readonly settle: (withheld: Withheld | undefined) => void;
}

/** Decides when each request of a client leaves (docs/cxone-api.md, "Repeats and waits"). */
export function openTurns(options: ConnectOptions): Turns {
  const { clock, deadline } = options;
  const inFlight = openInFlight(options.concurrency);
  const pace = openPace();
  const waiters: Waiter[] = [];
  let running = 0;
  let isClosed = false;
  /** One client's 429 holds back all its calls. */
  let pausedUntil = 0;
  /** When the last round of refusals began: what was sent before that belongs to it. */
  let roundAt = Number.NEGATIVE_INFINITY;
  let roundsInVain = 0;
  let quietSince = clock.now();
  let sleeper: { readonly until: number; readonly wake: AbortController } | undefined;
  let announced = 0;

  /** When the next request may leave as far as the server is concerned. */
  const opensAt = (now: number): number => Math.max(pausedUntil, now + Math.ceil(pace.waitMs(now)));
  const hasRoom = ({ isUrgent }: Waiter): boolean => isUrgent || running < inFlight.limit();

  const withheld = ({ signal, notBefore, finishes }: Waiting, now: number): Withheld | undefined => {
    if (isClosed || options.signal?.aborted || signal?.aborted) {
      return { kind: 'interrupted', code: 'InterruptedError', reason: 'the run was interrupted' };
    }
    const leavesAt = Math.max(now, notBefore, opensAt(now));
    if (deadline !== undefined && leavesAt >= deadline.at && !finishes()) {
      return { kind: 'interrupted', code: 'NetworkError', ...deadlineWords(deadline) };
    }
    if (pausedUntil - now <= maxWaitMs) return undefined;
    const seconds = Math.ceil((pausedUntil - now) / 1000);
    return { kind: 'interrupted', code: 'ApiError', reason: `CXone asked to wait ${seconds} s, more than 300 s` };
  };
  const remove = (waiter: Waiter): void => void waiters.splice(waiters.indexOf(waiter), 1);
  const release = (waiter: Waiter, now: number): void => {
    if (running === 0 && now - quietSince >= idleMs && pausedUntil < quietSince) pace.idled(now);
    if (!waiter.isUrgent) running += 1;
    pace.left(now);
    remove(waiter);
    waiter.settle(undefined);
  };

  /** Lets go of everything whose turn it is, or is over, and sees to it that it is called again in time. */
  const advance = (): void => {
    const now = clock.now();
    for (const waiter of waiters.splice(0)) {
      const reason = withheld(waiter, now);
      if (reason === undefined) waiters.push(waiter);
      else waiter.settle(reason);
    }
    while (opensAt(now) <= now) {
      const next = waiters.find((waiter) => waiter.notBefore <= now && hasRoom(waiter));
      if (next === undefined) break;
      release(next, now);
    }
    sleepUntil(nextTime(now), now);
  };
  const nextTime = (now: number): number | undefined => {
    const times = waiters.filter(hasRoom).map(({ notBefore }) => notBefore);
    return times.length === 0 ? undefined : Math.max(opensAt(now), Math.min(...times));
  };
  const sleepUntil = (until: number | undefined, now: number): void => {
    if (sleeper !== undefined && until !== undefined && sleeper.until <= until) return;
    sleeper?.wake.abort();
    sleeper = undefined;
    if (until === undefined) return;
    announce(now);
    const mine = { until, wake: new AbortController() };
    sleeper = mine;
    void clock.sleep(until - now, mine.wake.signal).then(() => {
      if (sleeper !== mine) return;
      sleeper = undefined;
      advance();
    });
  };
  /** One line a pause, not one for each request that waits. */
  const announce = (now: number): void => {
    const until = opensAt(now);
    const isPause = pausedUntil > now && pausedUntil > announced;
    if (!isPause && until - now < announcedPaceMs) return;
    announced = until;
    options.onWait?.({ reason: 'rate-limit', ms: until - now, requests: waiters.length });
  };
  onAbort(options.signal, advance);

  return {
    refusal: (want) => withheld(want, clock.now()),
    take: (want) =>
      new Promise((resolve) => {
        const stopListening = onAbort(want.signal, advance);
        const settle: Waiter['settle'] = (reason) => {
          stopListening();
          resolve(reason);
        };
        const at = waiters.findIndex((other) => rankOf(other) > rankOf(want));
        waiters.splice(at === -1 ? waiters.length : at, 0, { ...want, settle });
        advance();
      }),
    giveBack({ isUrgent }, verdict, sentAt) {
      if (!isUrgent) running -= 1;
      if (running === 0 && waiters.length === 0) quietSince = clock.now();
      if (verdict === 'passed') {
        inFlight.passed();
        pace.passed();
        roundsInVain = 0;
      }
      if (verdict === 'overloaded' && sentAt > roundAt) {
        roundAt = clock.now();
        inFlight.overloaded();
      }
      advance();
    },
    pause(sentAt, askedMs) {
      const now = clock.now();
      const isNewRound = sentAt > roundAt;
      if (isNewRound) {
        roundAt = now;
        inFlight.overloaded();
        pace.refused(now);
      }
      const own = isNewRound ? backoffMs(options.random.fraction(), roundsInVain++) : Math.max(0, pausedUntil - now);
      const ms = askedMs ?? own;
      pausedUntil = Math.max(pausedUntil, now + ms);
      return ms;
    },
    close() {
      isClosed = true;
      advance();
    },
  };
}

/** Who goes first; of one rank, who came first. */
function rankOf({ isUrgent, isRepeat, yields }: Waiting): number {
  if (isUrgent) return 0;
  if (!isRepeat) return 2;
  return yields ? 3 : 1;
}

/** Twice as long for each round in which nothing passed, less up to half by chance. */
function backoffMs(fraction: number, nth: number): number {
  return Math.round(Math.min(backoff.mostMs, backoff.firstMs * 2 ** nth) * (0.5 + fraction / 2));
}
