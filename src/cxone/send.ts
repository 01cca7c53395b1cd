import type { Sent } from './attempts.js';
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
  /** How many requests were sent or tried. */
  total(): number;
}

/** Gives requests the headers that every one carries (docs/cxone-api.md, "Connection"). */
export function openSender(transport: Transport, options: ConnectOptions): Sender {
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
    options.onRequest?.({
      method,
      path: url.pathname,
      ...(exchange.kind === 'answer' && { status: exchange.status }),
      ms: options.clock.now() - started,
      correlationId,
    });
    return { exchange, correlationId, sentAt: started };
  };
  return { send, total: () => total };
}
