import type { Context } from 'hono';
import { isJsonObject } from './json-object.js';
import type { Members } from './members.js';
import { Refusal } from './refusal.js';
import type { Exchange } from './simulation.js';

/**
 * The JSON object that a request carries, ready to be read.
 * @throws Refusal 415 when it is not declared as JSON, 400 when it is not a JSON object.
 */
export function requestMembers(c: Context<Exchange>): Members {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(c.req.header('Content-Type') ?? '')) {
    throw new Refusal(415, 'unsupported_media_type', 'The body must be application/json.');
  }
  const value = parseBody(c.env.body);
  if (!isJsonObject(value)) throw new Refusal(400, 'bad_request', 'The body must be a JSON object.');
  return { values: value, at: '', details: [] };
}

/**
 * The JSON value in a body, whatever it is declared as.
 * @throws Refusal 400 when it is not JSON.
 */
export function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal(400, 'malformed_json', 'The body is not JSON.');
  }
}
