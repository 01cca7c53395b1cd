import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listen } from '../faults/listen.js';

/** Turns one object of a body or an answer into what the server makes of it. */
type Change = (members: Members) => Members;
type Members = Readonly<Record<string, unknown>>;

/** A server that stores what it is sent in its own spelling. */
export interface NormalizingServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Stands before a simulator and normalizes as servers do. It stores descriptions without white space at the end, header
 * names and the hosts of callback addresses in lower case, and adds members beside a grammar's `type` and `content`.
 */
export function openNormalizingServer(simulator: string): Promise<NormalizingServer> {
  return openServer(simulator, stored);
}

/** One that stores other values than it is sent: descriptions in upper case, rounded confidences, rules by their id. */
export function openAlteringServer(simulator: string): Promise<NormalizingServer> {
  return openServer(simulator, altered);
}

async function openServer(simulator: string, change: Change): Promise<NormalizingServer> {
  const server = createServer((incoming, answer) => {
    carry(simulator, change, incoming, answer).catch(() => answer.destroy());
  });
  const { port, close } = await listen(server);
  return { url: `http://127.0.0.1:${port}`, close };
}

async function carry(
  simulator: string,
  change: Change,
  incoming: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const body = changed(await textOf(incoming), change);
  const { 'content-length': _length, connection: _hop, ...headers } = incoming.headers;
  const { method = 'GET', url = '/' } = incoming;
  const onward = request(simulator + url, { method, headers: { ...headers, host: new URL(simulator).host } });
  onward.end(body);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    onward.once('response', resolve).once('error', reject);
  });
  const { 'content-length': _old, connection: _close, 'transfer-encoding': _chunks, ...kept } = response.headers;
  answer.writeHead(response.statusCode ?? 502, kept);
  answer.end(changed(await textOf(response), answered));
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The text with each object of its JSON changed; a text that is no JSON (a form) as it is. */
function changed(text: string, change: Change): string {
  if (!text.startsWith('{')) return text;
  return JSON.stringify(JSON.parse(text), (_name, value: unknown) => (isMembers(value) ? change(value) : value));
}

function stored(members: Members): Members {
  const { description, headers, callbackUrl } = members;
  return {
    ...members,
    ...(typeof description === 'string' && { description: description.trimEnd() }),
    ...(typeof callbackUrl === 'string' && { callbackUrl: new URL(callbackUrl).href }),
    ...(isMembers(headers) && { headers: lowerCased(headers) }),
  };
}

function altered(members: Members): Members {
  const { description, confidence, rules } = members;
  return {
    ...members,
    ...(typeof description === 'string' && { description: description.toUpperCase() }),
    ...(typeof confidence === 'number' && { confidence: Math.round(confidence * 100) / 100 }),
    ...(Array.isArray(rules) && { rules: rules.toSorted(byId) }),
  };
}

function byId(one: unknown, other: unknown): number {
  const id = (rule: unknown) => (isMembers(rule) ? String(rule['id']) : '');
  return id(one) < id(other) ? -1 : 1;
}

function answered(members: Members): Members {
  const { type, content } = members;
  if (typeof type !== 'string' || content === undefined) return members;
  return { id: 'grammar-1', ...members, status: 'compiled', compiledAt: '2026-01-31T12:00:00.000Z' };
}

function lowerCased(headers: Members): Members {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
