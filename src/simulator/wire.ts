import type { ServerResponse } from 'node:http';

/** An answer as bytes. */
export interface WireAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** Turns what a route answered into bytes. */
export async function toWireAnswer(response: Response): Promise<WireAnswer> {
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

/** A JSON answer. */
export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(value), 'utf8'),
  };
}

/** Sends an answer whole. */
export function send(outgoing: ServerResponse, answer: WireAnswer): void {
  writeHead(outgoing, answer);
  outgoing.end(answer.body);
}

/** Sends the head at once and then the body byte by byte, `pause` before each, until it is out or the client is gone. */
export async function drip(outgoing: ServerResponse, answer: WireAnswer, pause: () => Promise<void>): Promise<void> {
  writeHead(outgoing, answer);
  outgoing.flushHeaders();
  for (const byte of answer.body) {
    await pause();
    if (outgoing.destroyed) return;
    outgoing.write(Uint8Array.of(byte));
  }
  outgoing.end();
}

/** Announces the whole body, sends half of it and closes the connection. */
export function truncate(outgoing: ServerResponse, answer: WireAnswer): void {
  writeHead(outgoing, answer);
  const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
  outgoing.flushHeaders();
  outgoing.write(half, () => outgoing.socket?.end());
}

/** Breaks the connection with a TCP reset; nothing of an answer leaves. */
export function reset(outgoing: ServerResponse): void {
  outgoing.socket?.resetAndDestroy();
}

function writeHead(outgoing: ServerResponse, { status, headers, body }: WireAnswer): void {
  const length = status === 204 || status === 304 ? {} : { 'content-length': body.length };
  outgoing.writeHead(status, { ...headers, ...length });
}
