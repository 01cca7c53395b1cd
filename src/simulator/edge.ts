import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Hono } from 'hono';
import type { ActiveFault, Faults } from './faults.js';
import { readRequestBody } from './read-request-body.js';
import { errorBody, Refusal } from './refusal.js';
import type { RequestLog } from './request-log.js';
import { type Exchange, type Simulation, timestamp } from './simulation.js';
import type { TokenBucket } from './token-bucket.js';
import { drip, jsonAnswer, reset, send, toWireAnswer, truncate, type WireAnswer } from './wire.js';

/** What happens to a request outside its route. */
export interface Edge {
  sim: Simulation;
  app: Hono<Exchange>;
  requests: RequestLog;
  faults: Faults;
  bucket: TokenBucket | undefined;
  latencyMs: number;
  sleep: (ms: number) => Promise<void>;
}

/**
 * Takes one request from the wire to the wire: host check, record, latency, rate limit, fault, route. Control paths
 * pass by all of it but the host check. The routes answer with a Response whose bytes are sent here, because a fault
 * decides how they leave.
 */
export async function handleRequest(edge: Edge, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const target = incoming.url ?? '/';
  const correlationId = correlationIdOf(incoming) ?? edge.sim.randomId();
  const refusal = foreignRequest(incoming);
  if (refusal !== undefined) return send(outgoing, refused(edge, refusal, correlationId));
  const isControl = target.startsWith('/_simulator/');
  const body = await readRequestBody(incoming, isControl ? CONTROL_BODY_LIMIT : API_BODY_LIMIT);
  if (body === undefined) {
    const tooLarge = new Refusal(413, 'too_large', 'The body is too large.', { headers: { Connection: 'close' } });
    return send(outgoing, refused(edge, tooLarge, correlationId));
  }
  if (isControl) return send(outgoing, await route(edge, incoming, { body, fault: undefined, correlationId }));
  return handleApiRequest(edge, incoming, outgoing, { body, correlationId });
}

async function handleApiRequest(
  edge: Edge,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { body, correlationId }: { body: Buffer; correlationId: string },
): Promise<void> {
  const { method = 'GET', url: target = '/' } = incoming;
  const entry = edge.requests.add(timestamp(edge.sim), method, target, incoming.headers['content-type'], body);
  if (edge.latencyMs > 0) await edge.sleep(edge.latencyMs);
  const waitMs = edge.bucket?.take() ?? 0;
  if (waitMs > 0) {
    entry.status = 429;
    return send(outgoing, refused(edge, tooManyRequests(edge.sim, waitMs), correlationId));
  }
  const fault = edge.faults.next(method, target);
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset-before') return reset(outgoing);
  if (fault?.kind === 'expire-token') edge.sim.tokens.expireAll();
  const answer =
    injected(edge, fault, target, correlationId) ?? (await route(edge, incoming, { body, fault, correlationId }));
  if (fault?.kind === 'reset-after') return reset(outgoing);
  entry.status = answer.status;
  if (fault?.kind === 'drip') return drip(outgoing, answer, () => edge.sleep(DRIP_MS));
  if (fault?.kind === 'truncate') return truncate(outgoing, answer);
  send(outgoing, answer);
}

const API_BODY_LIMIT = 8 * 1024 * 1024;
const CONTROL_BODY_LIMIT = 256 * 1024 * 1024;

/** Between two bytes of a dripping answer. */
const DRIP_MS = 100;

/** What keeps a web page, or a name that points at this machine, from using the simulator. */
function foreignRequest(incoming: IncomingMessage): Refusal | undefined {
  const { host = '', origin } = incoming.headers;
  const port = incoming.socket.localPort;
  if (origin !== undefined) return new Refusal(403, 'foreign_origin', 'Requests with an Origin are refused.');
  if (host.toLowerCase() !== `localhost:${port}` && host !== `127.0.0.1:${port}`) {
    return new Refusal(403, 'foreign_host', `The Host header must be 127.0.0.1:${port} or localhost:${port}.`);
  }
  return incoming.url?.startsWith('/') === true
    ? undefined
    : new Refusal(400, 'bad_request', 'The request target must be a path.');
}

function correlationIdOf(incoming: IncomingMessage): string | undefined {
  const given = incoming.headers.correlationid;
  return typeof given === 'string' && /^[\x21-\x7e]{1,128}$/.test(given) ? given : undefined;
}

async function route(edge: Edge, incoming: IncomingMessage, exchange: Exchange['Bindings']): Promise<WireAnswer> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  let request: Request;
  try {
    request = new Request(`http://127.0.0.1${incoming.url ?? '/'}`, { method: incoming.method ?? 'GET', headers });
  } catch {
    // CONNECT and TRACE, and targets that are no URL, never reach a route.
    return refused(edge, new Refusal(400, 'bad_request', 'The request can not be read.'), exchange.correlationId);
  }
  return toWireAnswer(await edge.app.fetch(request, exchange));
}

function refused(edge: Edge, refusal: Refusal, correlationId: string): WireAnswer {
  const body = errorBody(refusal, edge.sim.randomId());
  return jsonAnswer(refusal.status, body, { CorrelationId: correlationId, ...refusal.headers });
}

function tooManyRequests(sim: Simulation, waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const { retryAfter } = sim.assume;
  const headers: Record<string, string> = {};
  if (retryAfter === 'seconds') headers['Retry-After'] = String(seconds);
  // A date has whole seconds: one more, so that it is never early.
  if (retryAfter === 'date') headers['Retry-After'] = new Date(sim.clock() + (seconds + 1) * 1000).toUTCString();
  return new Refusal(429, 'too_many_requests', 'The rate limit is used up; nothing was done.', { headers });
}

/** The answer of a fault that takes the place of the route. */
function injected(
  edge: Edge,
  fault: ActiveFault | undefined,
  target: string,
  correlationId: string,
): WireAnswer | undefined {
  if (fault?.kind === 'redirect') {
    const headers = { location: `/redirected${target}`, ...lowerCased(fault.headers), CorrelationId: correlationId };
    return { status: fault.status, headers, body: Buffer.alloc(0) };
  }
  if (fault?.kind !== 'status') return undefined;
  const headers = { CorrelationId: correlationId, ...lowerCased(fault.headers) };
  if (typeof fault.body === 'string') return { status: fault.status, headers, body: Buffer.from(fault.body, 'utf8') };
  const refusal = new Refusal(fault.status, 'injected_fault', `A fault rule answered ${fault.status}.`);
  return jsonAnswer(fault.status, fault.body ?? errorBody(refusal, edge.sim.randomId()), headers);
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
