import type { Sent } from './attempts.js';
import { openClockSkew } from './clock-skew.js';
import type { ConnectOptions } from './connect-options.js';
import type { HttpRequest } from './exchange.js';
import type { Transport } from './transport.js';

/** A request before it has its place and the headers that every request carries. */
export interface Outgoing {
  readonly method: HttpRequest['method'];
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Sender {
  /** Sends one request once, under a correlation id of its own, and records it. */
  send(request: Outgoing): Promise<Sent>;
  /** How far the server's clock is ahead, in milliseconds; undefined before an answer has told. */
  clockSkewMs(): number | undefined;
  /** How many requests were sent or tried. */
  total(): number;
}

/** Gives requests the headers that every one carries (docs/cxone-api.md, "Connection"). */
export function openSender(transport: Transport, options: ConnectOptions): Sender {
  const skew = openClockSkew();
  let total = 0;
  const send = async ({ method, url, headers, body }: Outgoing): Promise<Sent> => {
    const correlationId = options.random.uuid();
    const started = options.clock.now();
    total += 1;
    const exchange = await transport.exchange({
      method,
      origin: url.origin,
      target: `${url.pathname}${url.search}`,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        'user-agent': `cxone-gitops/${options.version}`,
        correlationid: correlationId,
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    const ended = options.clock.now();
    if (exchange.kind === 'answer') skew.learn(exchange.headers, started, ended);
    options.onRequest?.({
      method,
      path: url.pathname,
      ...(exchange.kind === 'answer' && { status: exchange.status }),
      ms: ended - started,
      correlationId,
      ...(exchange.kind !== 'answer' && { failure: exchange.fault.reason }),
    });
    return { exchange, correlationId, sentAt: started };
  };
  return { send, total: () => total, clockSkewMs: () => skew.ms() };
}
