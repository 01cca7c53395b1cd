import type { ConnectOptions } from './connect-options.js';
import type { Exchange } from './exchange.js';
import { onAbort } from './on-abort.js';
import { retryAfterMs } from './retry-after.js';
import { maxWaitMs, openTurns, type Verdict, type Waiting, type Withheld } from './turns.js';

/** One request on its way out: which call it belongs to, and how to send it. */
export interface Attempt {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  /** True when the call changes nothing, so that it may be sent again whatever became of it. */
  readonly reads: boolean;
  /** Others wait for it. */
  readonly isUrgent?: boolean;
  readonly signal?: AbortSignal;
  /** It leaves also when the run's time is over. */
  readonly finishes?: boolean;
  /** When it is refused again and again, all others go first. */
  readonly yields?: boolean;
  /** What has to be there before it waits for its turn. Rejects with a KnownError. */
  readonly prepare?: () => Promise<unknown>;
  readonly send: () => Promise<Sent>;
}

/** A request that was handed to the transport, and the id that the server knows it by. */
export interface Sent {
  readonly exchange: Exchange;
  readonly correlationId: string;
  /** When it was handed over, in milliseconds since 1970: a 429 before it may have held it back for long. */
  readonly sentAt: number;
}

/** Nothing was done and nothing more is sent: the run was interrupted, or its time is over. */
export interface Interrupted {
  readonly exchange: Withheld;
}

/** What became of a call after all its attempts. `gaveUp` says why it was not attempted once more. */
export type Attempted = (Sent & { readonly gaveUp?: string }) | Interrupted;

export interface Attempts {
  /**
   * Sends a call until there is an answer to keep. A 429 means that nothing was done, and so does a connection that was
   * never made: any call is sent again after them; any other failure is repeated for reads only (docs/cxone-api.md,
   * "Repeats and waits").
   */
  run(attempt: Attempt): Promise<Attempted>;
  /** How many requests were repeats, and how many were answered 429. */
  counts(): { retried: number; rateLimited: number };
  /** Ends everything that waits. */
  close(): void;
}

const maxAttempts = 5;
const retryBackoff = { firstMs: 250, mostMs: 8_000 };
/** The most that one call waits for 429s in all. */
const maxTotalWaitMs = 15 * 60_000;

export function openAttempts(options: ConnectOptions): Attempts {
  const { clock } = options;
  const turns = openTurns(options);
  const counts = { retried: 0, rateLimited: 0 };

  /** How many calls there are that leave also when the run's time is over. */
  let finishing = 0;

  const run = async (attempt: Attempt): Promise<Attempted> => {
    if (attempt.finishes !== true) return untilKept(attempt);
    finishing += 1;
    try {
      return await untilKept(attempt);
    } finally {
      finishing -= 1;
    }
  };

  const untilKept = async (attempt: Attempt): Promise<Attempted> => {
    const { method, path, signal, isUrgent = false, yields = false } = attempt;
    // What others wait for leaves as long as one of them may.
    const finishes = () => attempt.finishes === true || (isUrgent && finishing > 0);
    let waited = 0;
    let failed = 0;
    const mine = { isUrgent, finishes, ...(signal !== undefined && { signal }) };
    let want: Waiting = { ...mine, notBefore: 0, isRepeat: false, yields: false };
    for (;;) {
      if (turns.refusal(want) === undefined) await preparedOrCalledOff(attempt);
      const withheld = await turns.take(want);
      if (withheld !== undefined) return { exchange: withheld };
      if (want.isRepeat) counts.retried += 1;
      const sent = await sendIn(want, attempt);

      const { exchange, sentAt } = sent;
      const isLimit = isRateLimit(exchange);
      const repeats = isLimit || (mayRepeat(attempt, exchange) && ++failed < maxAttempts);
      const asked = exchange.kind === 'answer' ? retryAfterMs(exchange.headers, clock.now()) : undefined;
      const ms = isLimit ? turns.pause(sentAt, asked) : (asked ?? backoffMs(failed - 1));
      turns.giveBack(want, verdictOn(exchange), sentAt);
      if (isLimit) counts.rateLimited += 1;
      if (!repeats) return sent;
      waited += ms;
      if (ms > maxWaitMs) return { ...sent, gaveUp: `it asks to wait ${Math.ceil(ms / 1000)} s, more than 300 s` };
      if (waited > maxTotalWaitMs) return { ...sent, gaveUp: 'it was tried again for 15 minutes' };
      if (!isLimit) options.onWait?.({ reason: 'retry', ms, method, path, because: outcomeOf(exchange) });
      // Refused again, it may be the one that is refused, whatever the rate.
      const givesWay = yields && want.isRepeat;
      want = { ...want, isRepeat: true, yields: givesWay, notBefore: isLimit ? 0 : clock.now() + ms };
    }
  };

  /** A turn is given back also when a token that it needs is refused. */
  const sendIn = async (want: Waiting, { send }: Attempt): Promise<Sent> => {
    try {
      return await send();
    } catch (error) {
      turns.giveBack(want, 'nothing', 0);
      throw error;
    }
  };
  const backoffMs = (nth: number): number =>
    Math.round(Math.min(retryBackoff.mostMs, retryBackoff.firstMs * 2 ** nth) * (0.5 + options.random.fraction() / 2));

  return { run, counts: () => ({ ...counts }), close: () => turns.close() };
}

/** What is prepared may be shared with others and goes on for them when this call is called off. */
function preparedOrCalledOff({ prepare, signal }: Attempt): Promise<unknown> | undefined {
  if (prepare === undefined || signal?.aborted === true) return undefined;
  return new Promise((resolve, reject) => {
    const stopListening = onAbort(signal, () => resolve(undefined));
    prepare().then(resolve, reject).finally(stopListening);
  });
}

/** What became of a request that is sent again, in a few words. */
function outcomeOf(exchange: Exchange): string {
  if (exchange.kind !== 'answer') return exchange.fault.reason;
  const answered = `it answered ${exchange.status}`;
  return exchange.fault === undefined ? answered : `${answered}, and ${exchange.fault.reason}`;
}

function isRateLimit(exchange: Exchange): boolean {
  return exchange.kind === 'answer' && exchange.status === 429;
}

function mayRepeat({ reads }: Attempt, exchange: Exchange): boolean {
  return exchange.kind === 'not-sent' ? exchange.fault.passing : reads && mayPass(exchange);
}

/** True when a read of the same may succeed a moment later. */
function mayPass(exchange: Exchange): boolean {
  if (exchange.kind !== 'answer' || exchange.status < 300) return exchange.fault?.passing === true;
  return [408, 500, 502, 503, 504].includes(exchange.status);
}

/** A server that is too busy, and one that does not answer in time, are asked for less at a time. */
function verdictOn(exchange: Exchange): Verdict {
  if (isRateLimit(exchange)) return 'refused for the rate';
  if (exchange.kind === 'answer' && exchange.fault === undefined)
    return exchange.status === 503 ? 'overloaded' : 'passed';
  return exchange.fault?.isTimeout === true ? 'overloaded' : 'nothing';
}
