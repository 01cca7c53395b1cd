import { isJsonObject } from './json-object.js';
import { REDACTED } from './webhook.js';

/** A request as `GET /_simulator/requests` shows it. `status` is null while, and if, it gets no answer. */
interface RequestEntry {
  at: string;
  method: string;
  path: string;
  body: unknown;
  status: number | null;
}

/** The requests to the API in the order of their arrival, without secrets; the oldest fall out when it is full. */
export class RequestLog {
  #entries: { entry: RequestEntry; bytes: number }[] = [];
  #bytes = 0;
  #dropped = 0;

  /** Adds a request; the caller fills in its `status` when it answers. `target` is the path with its query. */
  add(at: string, method: string, target: string, contentType: string | undefined, body: Buffer): RequestEntry {
    const path = target.replace(SECRET_QUERY, `$1=${REDACTED}`);
    const entry: RequestEntry = { at, method, path, body: shownBody(target, contentType, body), status: null };
    this.#entries.push({ entry, bytes: body.length });
    this.#bytes += body.length;
    if (this.#entries.length > MAX_ENTRIES || this.#bytes > MAX_BYTES) this.#dropOldest();
    return entry;
  }

  list(): RequestEntry[] {
    return this.#entries.map(({ entry }) => entry);
  }

  /** How many entries have fallen out since the last `clear`. */
  get dropped(): number {
    return this.#dropped;
  }

  clear(): void {
    this.#entries = [];
    this.#bytes = 0;
    this.#dropped = 0;
  }

  /** Drops down to nine tenths at once, so that a full log stays cheap. */
  #dropOldest(): void {
    let count = 0;
    for (const { bytes } of this.#entries.slice(0, -1)) {
      if (this.#entries.length - count <= MAX_ENTRIES * 0.9 && this.#bytes <= MAX_BYTES * 0.9) break;
      this.#bytes -= bytes;
      count += 1;
    }
    this.#dropped += count;
    this.#entries = this.#entries.slice(count);
  }
}

const MAX_ENTRIES = 50_000;
const MAX_BYTES = 64 * 1024 * 1024;

const SECRET_QUERY = /\b(client_secret|access_token)=[^&#]*/gi;

/** The body without secrets: JSON and forms as objects; anything else only by its size, because it can't be searched. */
function shownBody(target: string, contentType: string | undefined, body: Buffer): unknown {
  if (body.length === 0) return null;
  const isWebhook = /webhooks/i.test(decoded(target));
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType ?? '')) {
    return redact(Object.fromEntries(new URLSearchParams(body.toString('utf8'))), isWebhook);
  }
  try {
    return redact(JSON.parse(body.toString('utf8')), isWebhook);
  } catch {
    return `(not JSON, ${body.length} bytes)`;
  }
}

function redact(body: unknown, isWebhook: boolean): unknown {
  if (!isJsonObject(body)) return isWebhook && body !== null ? '(not an object)' : body;
  const shown = Object.entries(body).map(([name, value]): [string, unknown] => {
    if (name === 'client_secret' || name === 'access_token') return [name, REDACTED];
    return [name, isWebhook && name.toLowerCase() === 'headers' ? redactValues(value) : value];
  });
  return Object.fromEntries(shown);
}

/** Header names stay, values go; a null stays too, because it says that a header is taken away. */
function redactValues(headers: unknown): unknown {
  if (!isJsonObject(headers)) return headers === null ? null : REDACTED;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value === null ? null : REDACTED]));
}

function decoded(target: string): string {
  try {
    return decodeURI(target);
  } catch {
    return target;
  }
}
