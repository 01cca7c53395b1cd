import { isJsonObject, type JsonObject } from '../model/json.js';
import { KnownError, type KnownErrorCode } from '../model/known-error.js';
import type { Attempted, Sent } from './attempts.js';
import type { Call, Calls } from './calls.js';
import type { Answer } from './exchange.js';
import { parseHttpDate } from './http-date.js';
import { parseAnswer, parseObject } from './parse-answer.js';
import { deniedHint } from './read.js';
import { answerWords, failureWords } from './sentence.js';
import { type RefusalDetail, serverWords } from './server-words.js';

/** The server's answer says that it was done. */
export interface Accepted {
  readonly outcome: 'accepted';
  readonly object: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly correlationId: string;
  /** When it left, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly serverDate?: string;
}

export type RefusalCode =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'precondition'
  | 'rate-limited'
  | 'rejected';

/** The server said that it did nothing. */
export interface Refused {
  readonly outcome: 'refused';
  readonly code: RefusalCode;
  readonly status: number;
  /** The server's words, on one line. */
  readonly message: string;
  readonly details: readonly RefusalDetail[];
  readonly hint?: string;
  readonly correlationId: string;
}

/** Nothing left this machine; `code` says why. */
export interface NeverSent {
  readonly outcome: 'not-sent';
  readonly code: KnownErrorCode;
  readonly reason: string;
  readonly hint?: string;
}

/** It may have been done, or may yet be. */
export interface InDoubt {
  readonly outcome: 'unknown';
  readonly reason: string;
  readonly correlationId: string;
  /** When it left, in milliseconds since 1970; 429s before it may have held it back for minutes. */
  readonly sentAt?: number;
  /**
   * CXone has answered in full and does nothing more with the request: only the list lag is left to wait for, not the
   * request's time-out (docs/semantics.md, "Applying").
   */
  readonly finished?: true;
}

export type Rejected = Refused | NeverSent | InDoubt;

/**
 * Sends a POST or a PATCH once (again only after a 429 and with a new token) and says exactly what is known of it
 * afterwards (docs/cxone-api.md, "What a write's end means"). Never rejects for what network and server do.
 */
export async function sendWrite(calls: Calls, call: Call): Promise<Accepted | Rejected> {
  let attempted: Attempted;
  try {
    attempted = await calls.run(call);
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    // There was no token to send it with.
    return neverSent(error.code, error.message, error.hint);
  }
  const { exchange } = attempted;
  const words = () => failureWords(attempted, calls.mask);
  if (exchange.kind === 'interrupted') return neverSent(exchange.code, exchange.reason, exchange.hint);
  if (exchange.kind === 'not-sent') {
    return neverSent('NetworkError', calls.mask(exchange.fault.reason), exchange.fault.hint);
  }
  const { correlationId, sentAt } = attempted as Sent; // Only an interrupted call has none.
  if (exchange.kind === 'lost') return { outcome: 'unknown', reason: words(), correlationId, sentAt };
  if (exchange.status < 300) return success(exchange, correlationId, sentAt, calls);
  const code = refusalCode(exchange.status);
  if (code === undefined) {
    return { outcome: 'unknown', reason: words(), correlationId, sentAt, ...(isOwnError(exchange) && finished) };
  }
  const hint = deniedHint(exchange.status, call);
  return {
    outcome: 'refused',
    code,
    status: exchange.status,
    message: answerWords(exchange, calls.mask, attempted),
    details: serverWords(exchange, calls.mask).details,
    ...(hint !== undefined && { hint }),
    correlationId,
  };
}

function success(answer: Answer, correlationId: string, sentAt: number, calls: Calls): Accepted | InDoubt {
  const parsed = answer.fault === undefined ? parseAnswer(answer.body) : { fault: `no body: ${answer.fault.reason}` };
  if (!('json' in parsed) || !isJsonObject(parsed.json)) {
    const fault = 'fault' in parsed ? parsed.fault : 'a body that is not a JSON object';
    return { outcome: 'unknown', reason: `answered ${answer.status} with ${calls.mask(fault)}`, correlationId, sentAt };
  }
  const date = parseHttpDate(answer.headers['date'] ?? '', calls.now());
  return {
    outcome: 'accepted',
    object: parsed.json,
    headers: answer.headers,
    correlationId,
    sentAt,
    ...(date !== undefined && { serverDate: new Date(date).toISOString() }),
  };
}

const finished = { finished: true } as const;

/** CXone's own complete error. What a gateway answers, such as a 502 or a page, says nothing of CXone behind it. */
function isOwnError({ status, fault, body }: Answer): boolean {
  if (fault !== undefined || (status !== 500 && status !== 503)) return false;
  const { code, message } = parseObject(body) ?? {};
  return typeof code === 'string' && typeof message === 'string';
}

/**
 * The definite refusals. A 5xx and a 408 leave it open what was done before, and so does a redirect that does not ask
 * for the same request elsewhere (RFC 9110 §15.4: only 307 and 308 do).
 */
function refusalCode(status: number): RefusalCode | undefined {
  const named = refusalCodes.get(status);
  if (named !== undefined) return named;
  return status >= 400 && status < 500 && status !== 408 ? 'rejected' : undefined;
}

const refusalCodes: ReadonlyMap<number, RefusalCode> = new Map([
  [307, 'rejected'],
  [308, 'rejected'],
  [400, 'invalid'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [409, 'conflict'],
  [412, 'precondition'],
  [422, 'invalid'],
  [429, 'rate-limited'],
]);

function neverSent(code: KnownErrorCode, reason: string, hint?: string): NeverSent {
  return { outcome: 'not-sent', code, reason, ...(hint !== undefined && { hint }) };
}
