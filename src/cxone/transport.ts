import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { connectionFault, timeoutFault } from './connection-fault.js';
import type { Answer, Exchange, Fault, HttpRequest } from './exchange.js';
import type { Route } from './route.js';
import { openWays, type WaysOptions } from './ways.js';

/** The most that an answer may hold, as sent and decoded (docs/security.md, "Bounds"). */
const maxBodyBytes = 16 * 1024 * 1024;
const tooLarge: Fault = { reason: 'the answer is larger than 16 MiB', passing: false };
/** The deadline of an exchange covers all of it; undici's own time limits are coarse. */
const limits = { headersTimeout: 0, bodyTimeout: 0 };

export interface TransportOptions extends WaysOptions {
  /** For one request, from its connection to the last byte of its answer. */
  readonly timeoutMs: number;
  /** What this client is able to send at all. */
  permits(request: HttpRequest): boolean;
}

export interface Transport {
  /** Sends one request once. Never rejects for what network and server do; throws when the request is not permitted. */
  exchange(request: HttpRequest): Promise<Exchange>;
  /** Closes every connection; what is still running ends as lost. */
  close(): Promise<void>;
}

/** HTTP/1.1 over bounded connections; plain http only where it ends on loopback. Redirects are answers like any other. */
export function openTransport(options: TransportOptions): Transport {
  const ways = openWays(options);
  /** Origins that have answered. */
  const answered = new Set<string>();
  return {
    async exchange(request) {
      const { origin } = request;
      if (!options.permits(request)) {
        throw new Error(`This client may not send ${request.method} ${request.target}.`);
      }
      const { dispatcher, route } = await ways.to(origin);
      const faultOf = (error: Error) => connectionFault(error, { route: route(), hasAnswered: answered.has(origin) });
      const pending = new PendingExchange(request, options.timeoutMs, { faultOf, route });
      const exchange = await pending.run(dispatcher);
      if (exchange.kind !== 'answer') return exchange;
      answered.add(origin);
      return decoded(exchange);
    },
    close: () => ways.close(),
  };
}

/** How an exchange tells where it failed. */
interface Place {
  readonly faultOf: (error: Error) => Fault;
  readonly route: () => Route;
}

/**
 * One request and what came of it. undici announces a request right before it writes its first byte, so a request
 * that was never announced was never sent.
 */
class PendingExchange implements Dispatcher.DispatchHandler {
  private readonly request: HttpRequest;
  private readonly timeoutMs: number;
  private readonly place: Place;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private sent: Dispatcher.DispatchController | undefined;
  private head: Pick<Answer, 'status' | 'headers'> | undefined;
  private resolve: ((exchange: Exchange) => void) | undefined;
  private deadline: NodeJS.Timeout | undefined;

  constructor(request: HttpRequest, timeoutMs: number, place: Place) {
    this.request = request;
    this.timeoutMs = timeoutMs;
    this.place = place;
  }

  run(dispatcher: Dispatcher): Promise<Exchange> {
    const { method, origin, target: path, headers, body } = this.request;
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.deadline = setTimeout(() => this.fail(this.timeout()), this.timeoutMs);
      dispatcher.dispatch({ ...limits, method, origin, path, headers, body: body ?? null }, this);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.resolve === undefined || this.sent !== undefined) {
      // Too late, or a second time: nothing may leave any more.
      controller.abort(new Error('the request was given up'));
      return;
    }
    this.sent = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: NodeJS.Dict<string | string[]>) {
    if (status >= 200) this.head = { status, headers: singleValues(headers) };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > maxBodyBytes) return this.fail(tooLarge);
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.head !== undefined) this.settle({ kind: 'answer', ...this.head, body: Buffer.concat(this.chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.fail(this.place.faultOf(error));
  }

  private fail(fault: Fault): void {
    if (this.head !== undefined) this.settle({ kind: 'answer', ...this.head, body: Buffer.alloc(0), fault });
    else this.settle({ kind: this.sent === undefined ? 'not-sent' : 'lost', fault });
    this.sent?.abort(new Error(fault.reason));
  }

  private settle(exchange: Exchange): void {
    clearTimeout(this.deadline);
    this.resolve?.(exchange);
    this.resolve = undefined;
  }

  private timeout(): Fault {
    const missing = this.sent === undefined ? 'connection' : this.head === undefined ? 'answer' : 'whole answer';
    return timeoutFault(missing, this.timeoutMs, this.place.route());
  }
}

function singleValues(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) values[name.toLowerCase()] = first;
  }
  return values;
}

/** Undoes gzip, the one encoding that is asked for, and stops where the decoded text passes the bound. */
async function decoded(answer: Answer): Promise<Answer> {
  const encoding = answer.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity' || answer.body.length === 0) return answer;
  if (encoding !== 'gzip') return spoilt(answer, { reason: 'the answer is in an unknown encoding', passing: false });
  try {
    return { ...answer, body: await promisify(gunzip)(answer.body, { maxOutputLength: maxBodyBytes }) };
  } catch (error) {
    const outgrown = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return spoilt(answer, outgrown ? tooLarge : { reason: 'the answer is broken gzip', passing: true });
  }
}

function spoilt(answer: Answer, fault: Fault): Answer {
  return { ...answer, body: Buffer.alloc(0), fault };
}
