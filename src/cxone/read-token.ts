import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Answer } from './exchange.js';
import { parseAnswer } from './parse-answer.js';

/** What an answer to a request for a token grants. */
export interface Grant {
  readonly token: string;
  /** In milliseconds from the answer on, more than 0 and 24 hours at most. */
  readonly lifeMs: number;
}

/** RFC 6749 §5.1 makes `expires_in` optional; then the token counts as one that lives this long. */
const defaultSeconds = 60;
const maxLifeMs = 24 * 60 * 60 * 1000;
const maxTokenLength = 8 * 1024;

/**
 * Reads a success of `POST /oauth/token` (docs/cxone-api.md). What can't be used gives a fault, in words that follow
 * `answered 200 with`. The words hold nothing of the token.
 */
export function readToken(answer: Answer): Grant | { readonly fault: string } {
  if (answer.fault !== undefined) return { fault: `no token: ${answer.fault.reason}` };
  const parsed = parseAnswer(answer.body);
  if ('fault' in parsed) return parsed;
  if (!isJsonObject(parsed.json)) return { fault: 'a body that is not a JSON object' };
  const { access_token: token, expires_in: expiresIn } = parsed.json;
  const fault = tokenFault(token) ?? typeFault(parsed.json);
  if (fault !== undefined || typeof token !== 'string') return { fault: fault ?? 'no "access_token"' };
  const seconds = secondsOf(expiresIn);
  if (typeof seconds !== 'number') return seconds;
  return { token, lifeMs: Math.min(seconds * 1000, maxLifeMs) };
}

/** Why a token can't be sent in a header; says nothing of its value. */
function tokenFault(token: Json | undefined): string | undefined {
  if (token === undefined || token === null) return 'no "access_token"';
  if (typeof token !== 'string') return 'an "access_token" that is not text';
  if (token === '') return 'an empty "access_token"';
  if (token.length > maxTokenLength) return `an "access_token" of more than ${maxTokenLength} characters`;
  if (/^[\x21-\x7e]+$/u.test(token)) return undefined;
  return 'an "access_token" with a space, a control character or a character outside ASCII, which a header can\'t carry';
}

/** Of another type than Bearer, a token would have to be sent in another way. Without a type it counts as Bearer. */
function typeFault({ token_type: type, access_token: token }: JsonObject): string | undefined {
  if (type === undefined || type === null) return undefined;
  if (typeof type !== 'string') return 'a "token_type" that is not text';
  if (type.toLowerCase() === 'bearer') return undefined;
  // Only a plain word is quoted: what a server puts here could be the token.
  const isWord = /^[A-Za-z][A-Za-z0-9_.-]{0,19}$/u.test(type) && type !== token;
  return `the "token_type" ${isWord ? JSON.stringify(type) : 'of another kind'}, and only Bearer tokens can be used`;
}

/** Text of digits counts as its number: servers are known to send `"3600"`. */
function secondsOf(value: Json | undefined): number | { readonly fault: string } {
  if (value === undefined || value === null) return defaultSeconds;
  const seconds = typeof value === 'string' && /^\d{1,15}$/u.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number') return { fault: 'an "expires_in" that is not a number of seconds' };
  return seconds > 0 ? seconds : { fault: `an "expires_in" of ${seconds}: the token has expired already` };
}
