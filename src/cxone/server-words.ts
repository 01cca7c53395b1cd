import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Answer } from './exchange.js';
import { oneLine } from './one-line.js';
import { parseObject } from './parse-answer.js';

/** One thing that a server says is wrong with a request. */
export interface RefusalDetail {
  readonly field: string;
  readonly message: string;
}

/** Why a server did not do what it was asked, in its own words where it has any. */
export interface ServerWords {
  readonly message: string;
  readonly details: readonly RefusalDetail[];
}

const maxDetails = 20;
/** Of a page of somebody else, its title included. */
const mostBytes = 64 * 1024;

/** Cuts a server's text to one line; secrets are masked before, so that none is cut in half and missed. */
type Quote = (text: string, most?: number) => string;

/**
 * Reads the body of an answer that is not a success: the API's error object, an OAuth error (RFC 6749 §5.2), any other
 * JSON, a page of a proxy, or nothing at all. There is always a message.
 */
export function serverWords(answer: Answer, mask: (text: string) => string): ServerWords {
  const quote: Quote = (text, most) => oneLine(mask(text), most);
  if (answer.status >= 300 && answer.status < 400) return plain(redirectWords(answer, quote));
  if (answer.fault !== undefined) return plain(answer.fault.reason);
  const error = parseObject(answer.body);
  if (error === undefined) return plain(foreignWords(answer, quote, mask));
  const message = firstText(error, ['message', 'error_description', 'error', 'title', 'detail', 'code']);
  const details = [error['details'], error['errors']].flatMap((list) => detailsOf(list, quote));
  return { message: quote(message ?? 'no reason was given'), details };
}

/** The message and the details that it does not already name, as one text. */
export function wordsText({ message, details }: ServerWords): string {
  const further = details.filter((detail) => !message.includes(detail.message));
  const listed = further.map(({ field, message: text }) => (field === '' ? text : `${field}: ${text}`));
  return listed.length === 0 ? message : `${message} (${listed.join('; ')})`;
}

function plain(message: string): ServerWords {
  return { message, details: [] };
}

/** Names where the redirect leads, without its query, which may hold a credential. */
function redirectWords(answer: Answer, quote: Quote): string {
  const target = quote(answer.headers['location']?.replace(/[?#].*$/su, '') ?? '', 200);
  return `${target === '' ? 'a redirect' : `a redirect to ${target}`}, and redirects are never followed`;
}

/** A body that is not a JSON object: most likely the page of a proxy in between. */
function foreignWords({ body }: Answer, quote: Quote, mask: (text: string) => string): string {
  if (body.length === 0) return 'the body is empty';
  // The mark lets half of a secret be found at the cut.
  const text = mask(`${body.subarray(0, mostBytes).toString('utf8')}${body.length > mostBytes ? '…' : ''}`);
  const title = /<title[^>]{0,200}>([^<]{0,1000})/iu.exec(text)?.[1];
  if (title !== undefined) return `a web page, “${quote(title, 100)}”, which a proxy may have sent`;
  return `the body is not a JSON object: “${quote(text, 120)}”`;
}

function detailsOf(value: Json | undefined, quote: Quote): RefusalDetail[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, maxDetails).flatMap((item) => {
    if (typeof item === 'string') return [{ field: '', message: quote(item) }];
    const message = isJsonObject(item) ? firstText(item, ['message', 'code']) : undefined;
    if (!isJsonObject(item) || message === undefined) return [];
    return [{ field: quote(firstText(item, ['field']) ?? '', 100), message: quote(message) }];
  });
}

function firstText(object: JsonObject, members: readonly string[]): string | undefined {
  for (const member of members) {
    const value = object[member];
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}
