import { isLoopbackHost } from '../model/host.js';
import { KnownError } from '../model/known-error.js';
import { openMask } from '../model/mask.js';
import { simulatorSecret } from '../model/simulator-secret.js';
import { type Attempted, openAttempts, type Sent } from './attempts.js';
import type { ConnectOptions } from './connect-options.js';
import type { HttpRequest } from './exchange.js';
import { openSender } from './send.js';
import { openTokenSource } from './token.js';
import { openTransport } from './transport.js';

/** What a single call may be given. */
export interface CallOptions {
  /** Once aborted, the call ends as interrupted if it has not left yet; what is in flight finishes. */
  readonly signal?: AbortSignal;
  /** It finishes what has begun, such as a shift of traffic: the end of the run's time does not hold it back. */
  readonly finishes?: boolean;
  /** Asked when it is about to leave, however long after the call: what it gives keeps the request here. */
  readonly refusal?: () => KnownError | undefined;
  /** Nothing waits for it: when it is refused for the rate again and again, all others go first. */
  readonly yields?: boolean;
}

/** One call of the API; `path` is below the base URL and holds checked ids only. */
export interface Call extends CallOptions {
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
  readonly ifMatch?: string;
}

/** How many requests there were, the token's included; `retried` and `rateLimited` are among them. */
export interface RequestStats {
  readonly total: number;
  readonly retried: number;
  readonly rateLimited: number;
}

export interface Calls {
  /**
   * Makes a call with a token, renewed once when it is refused. GETs are repeated, writes only after a 429.
   * @throws KnownError when no token is to be had; then the call was not sent.
   */
  run(call: Call): Promise<Attempted>;
  /** Replaces the secrets that this client knows. */
  readonly mask: (text: string) => string;
  stats(): RequestStats;
  /** How far the server's clock is ahead, in milliseconds; undefined before an answer has told. */
  clockSkewMs(): number | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  close(): Promise<void>;
}

/**
 * Opens the way to the API for the methods given. The transport refuses every other request but the one for a token.
 * @throws KnownError ConfigurationError when the simulator's secret is about to go to another host than loopback.
 */
export function openCalls(options: ConnectOptions, methods: readonly HttpRequest['method'][]): Calls {
  const base = new URL(options.endpoint.baseUrl);
  const tokenUrl = new URL(options.endpoint.tokenUrl);
  if (options.credentials.clientSecret === simulatorSecret) refuseOffLoopback([base, tokenUrl]);
  const mask = options.mask ?? openMask();
  mask.add(options.credentials.clientSecret);
  const transport = openTransport({
    connections: options.concurrency,
    timeoutMs: options.timeoutMs,
    ...(options.proxy !== undefined && { proxy: options.proxy }),
    permits: (request) => methods.includes(request.method) || isTokenRequest(request, tokenUrl),
  });
  const sender = openSender(transport, options);
  const attempts = openAttempts(options);
  const tokens = openTokenSource(options, attempts, sender, mask);

  const run = async (call: Call): Promise<Attempted> => {
    const attempt = ({ renews }: { readonly renews: boolean }) =>
      attempts.run({
        method: call.method,
        path: call.path,
        reads: call.method === 'GET',
        ...(call.signal !== undefined && { signal: call.signal }),
        ...(call.finishes !== undefined && { finishes: call.finishes }),
        ...(call.yields !== undefined && { yields: call.yields }),
        prepare: () => tokens.current(),
        send: async () => {
          const token = await tokens.current();
          const refusal = call.refusal?.();
          if (refusal !== undefined) return notSent(refusal);
          const sent = await sender.send({
            method: call.method,
            url: callUrl(base, call),
            headers: callHeaders(call, token),
            ...(call.body !== undefined && { body: call.body }),
          });
          // Before another call takes its turn with the same token.
          if (renews && isUnauthorized(sent)) tokens.drop(token);
          return sent;
        },
      });
    const first = await attempt({ renews: true });
    return isUnauthorized(first) ? attempt({ renews: false }) : first;
  };

  return {
    run,
    mask: mask.apply,
    clockSkewMs: () => sender.clockSkewMs(),
    stats: () => ({ total: sender.total(), ...attempts.counts() }),
    now: () => options.clock.now(),
    close() {
      attempts.close();
      return transport.close();
    },
  };
}

/** It was never handed to the transport, so no server knows it. */
function notSent({ message, hint }: KnownError): Sent {
  const fault = { reason: message, passing: false, ...(hint !== undefined && { hint }) };
  return { exchange: { kind: 'not-sent', fault }, correlationId: '', sentAt: 0 };
}

function refuseOffLoopback(urls: readonly URL[]): void {
  // Over plain http the transport makes sure of where a name like localhost led.
  const other = urls.find((url) => url.protocol !== 'http:' || !isLoopbackHost(url.hostname));
  if (other === undefined) return;
  throw new KnownError(
    'ConfigurationError',
    `${other.origin}: the simulator's secret is sent to http on loopback only.`,
    {
      hint: 'Set the client secret of this organisation.',
    },
  );
}

function isUnauthorized({ exchange }: Attempted): boolean {
  return exchange.kind === 'answer' && exchange.status === 401;
}

function isTokenRequest({ method, origin, target }: HttpRequest, tokenUrl: URL): boolean {
  return method === 'POST' && origin === tokenUrl.origin && target === `${tokenUrl.pathname}${tokenUrl.search}`;
}

function callUrl(base: URL, { path, query }: Call): URL {
  const url = new URL(`${base.pathname.replace(/\/+$/u, '')}${path}`, base.origin);
  url.search = new URLSearchParams(query).toString();
  return url;
}

function callHeaders({ body, ifMatch }: Call, token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
  };
}
