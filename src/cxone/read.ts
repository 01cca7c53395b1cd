import { isJsonObject, type JsonObject } from '../model/json.js';
import { KnownError } from '../model/known-error.js';
import type { Attempted } from './attempts.js';
import type { Call, Calls } from './calls.js';
import type { Answer } from './exchange.js';
import { parseAnswer, parseObject } from './parse-answer.js';
import { scopeOf } from './scope.js';
import { failureSentence, hintOf, oddAnswerSentence } from './sentence.js';

/** A JSON object that was read, with the headers of its answer. */
export interface ReadResult {
  readonly object: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly correlationId: string;
  /** How long its body was, decoded. */
  readonly bytes: number;
}

/** An answer that is not a success and that the caller said it can deal with. */
export interface Declined {
  readonly declined: number;
}

/**
 * Reads a JSON object by GET. A status in `accepted` comes back as `declined`, provided that the API itself gave it:
 * the 404 of a proxy, without the API's error object, says nothing about the API.
 * @throws KnownError AuthError (401, 403), ApiError (any other answer), NetworkError (none), InterruptedError.
 */
export async function readObject(
  calls: Calls,
  call: Omit<Call, 'method'>,
  accepted: readonly number[] = [],
): Promise<ReadResult | Declined> {
  const get: Call = { ...call, method: 'GET' };
  const attempted = await calls.run(get);
  const { exchange } = attempted;
  if (exchange.kind !== 'answer' || !('correlationId' in attempted)) throw failure(calls, get, attempted);
  if (accepted.includes(exchange.status) && isApiError(exchange)) return { declined: exchange.status };
  if (exchange.status >= 300 || exchange.fault !== undefined) throw failure(calls, get, attempted);
  const { correlationId } = attempted;
  const parsed = parseAnswer(exchange.body);
  const fault = 'fault' in parsed ? parsed.fault : 'a body that is not a JSON object';
  if ('json' in parsed && isJsonObject(parsed.json))
    return { object: parsed.json, headers: exchange.headers, correlationId, bytes: exchange.body.length };
  throw new KnownError('ApiError', oddAnswerSentence(get, exchange.status, fault, correlationId));
}

function isApiError(answer: Answer): boolean {
  const error = parseObject(answer.body);
  return error !== undefined && ['code', 'message', 'status'].some((member) => member in error);
}

function failure(calls: Calls, call: Call, attempted: Attempted): KnownError {
  const sentence = failureSentence(call, attempted, calls.mask);
  const { exchange } = attempted;
  if (exchange.kind === 'interrupted') return new KnownError(exchange.code, sentence, hintOf(exchange));
  if (exchange.kind !== 'answer' || (exchange.status < 300 && exchange.fault?.passing === true)) {
    return new KnownError('NetworkError', sentence, hintOf(exchange.fault ?? {}));
  }
  const hint = deniedHint(exchange.status, call);
  return hint === undefined ? new KnownError('ApiError', sentence) : new KnownError('AuthError', sentence, { hint });
}

/** What to do about a 401 that a new token did not help, and about a 403; undefined for other statuses. */
export function deniedHint(status: number, { method, path }: Pick<Call, 'method' | 'path'>): string | undefined {
  const scope = scopeOf(method, path);
  if (status === 401)
    return `A new token was refused too: the client lacks the scope ${scope}, or its credentials were revoked.`;
  if (status === 403) return `The client needs the scope ${scope}, and its role and licence tier must allow this.`;
  return undefined;
}
