import type { ConnectOptions } from './connect-options.js';
import type { Exchange } from './exchange.js';
import { retryAfterMs } from './retry-after.js';

/** One request on its way out: which call it belongs to, and how to send it. */
export interface Attempt {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  /** True when the call changes nothing, so that it may be sent again whatever became of it. */
  readonly reads: boolean;
  readonly signal?: AbortSignal;
  readonly send: () => Promise<Sent>;
}

/** A request that was handed to the transport, and the id that the server knows it by. */
export interface Sent {
  readonly exchange: Exchange;
  readonly correlationId: string;
  /** When it was handed over, in milliseconds since 1970: a 429 before it may have held it back for long. */
  readonly sentAt: number;
}

/** The run was interrupted while nothing was done: before the request was sent, or after a 429. */
export interface Interrupted {
  readonly exchange: { readonly kind: 'interrupted' };
}

/** What became of a call after all its attempts. `gaveUp` says why it was not attempted once more. */
export type Attempted = (Sent & { readonly gaveUp?: string }) | Interrupted;

export interface Attempts {
  /**
   * Sends a call until there is an answer to keep. A 429 means that nothing was done, so any call is sent again after
   * it; any other failure is repeated for reads only (docs/cxone-api.md, "Repeats and waits").
   */
  run(attempt: Attempt): Promise<Attempted>;
  /** How many requests were repeats, and how many were answered 429. */
  counts(): { retried: number; rateLimited: number };
}

const maxReadAttempts = 5;
const retryBackoff = { firstMs: 250, mostMs: 8_000 };
const rateLimitBackoff = { firstMs: 1_000, mostMs: 30_000 };
/** The longest single wait that a server may ask for, and the most that one call waits in all. */
const maxWaitMs = 5 * 60_000;
const maxTotalWaitMs = 15 * 60_000;

export function openAttempts(options: ConnectOptions): Attempts {
  const { clock } = options;
  const counts = { retried: 0, rateLimited: 0 };
  /** One client's 429 holds back all its calls. */
  let pausedUntil = 0;

  const backoff = ({ firstMs, mostMs }: typeof retryBackoff, nth: number): number =>
    Math.round(Math.min(mostMs, firstMs * 2 ** nth) * (0.5 + options.random.fraction() / 2));

  /** Others may lengthen the pause meanwhile. */
  const sitOutPause = async (signal: AbortSignal | undefined): Promise<void> => {
    let until = 0;
    while (until < pausedUntil) {
      until = pausedUntil;
      const ms = until - clock.now();
      if (ms > 0) await clock.sleep(ms, signal);
    }
  };

  const run = async ({ method, path, reads, send, ...call }: Attempt): Promise<Attempted> => {
    const signal = eitherOf(options.signal, call.signal);
    let waited = 0;
    let limited = 0;
    let failed = 0;
    for (;;) {
      await sitOutPause(signal);
      if (signal?.aborted) return { exchange: { kind: 'interrupted' } };
      const sent = await send();
      const isLimit = isRateLimit(sent.exchange);
      if (isLimit) counts.rateLimited += 1;
      else if (!reads || !mayPass(sent.exchange) || ++failed >= maxReadAttempts) return sent;

      const asked = sent.exchange.kind === 'answer' ? retryAfterMs(sent.exchange.headers, clock.now()) : undefined;
      const ms = asked ?? (isLimit ? backoff(rateLimitBackoff, limited++) : backoff(retryBackoff, failed - 1));
      waited += ms;
      if (ms > maxWaitMs) return { ...sent, gaveUp: `it asks to wait ${Math.ceil(ms / 1000)} s, more than 300 s` };
      if (waited > maxTotalWaitMs) return { ...sent, gaveUp: 'it was tried again for 15 minutes' };
      options.onWait?.({ reason: isLimit ? 'rate-limit' : 'retry', ms, method, path });
      if (isLimit) pausedUntil = Math.max(pausedUntil, clock.now() + ms);
      else await clock.sleep(ms, signal);
      counts.retried += 1;
    }
  };
  return { run, counts: () => ({ ...counts }) };
}

function eitherOf(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one === undefined || other === undefined ? (one ?? other) : AbortSignal.any([one, other]);
}

function isRateLimit(exchange: Exchange): boolean {
  return exchange.kind === 'answer' && exchange.status === 429;
}

/** True when a read of the same may succeed a moment later. */
function mayPass(exchange: Exchange): boolean {
  if (exchange.kind !== 'answer' || exchange.status < 300) return exchange.fault?.passing === true;
  return [408, 500, 502, 503, 504].includes(exchange.status);
}
