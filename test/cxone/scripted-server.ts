import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as the server got it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ScriptedServer {
  readonly origin: string;
  /** Every request, those for a token included, in the order of arrival. */
  readonly received: Received[];
  /** How many connections were opened. */
  connections(): number;
}

export type Script = (request: Received, response: ServerResponse, socket: Socket) => void;

/** Serves a script on loopback until the test ends. Tokens are given out as token-1, token-2, … unless the script does. */
export async function serve(script: Script, { token = giveToken() }: { token?: Script } = {}): Promise<ScriptedServer> {
  const received: Received[] = [];
  let connections = 0;
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://loopback');
      const request: Received = {
        method: incoming.method ?? '',
        path: pathname,
        query: searchParams,
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(request);
      (pathname === '/oauth/token' ? token : script)(request, response, incoming.socket);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, received, connections: () => connections };
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Answers as the API refuses. */
export function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
) {
  json(response, status, { code: 'refused', message, status, contextId: 'c', details: [], errors: [] }, headers);
}

/** One script after the other; the last one stays. */
export function inTurn(...scripts: [Script, ...Script[]]): Script {
  let next = 0;
  return (...args) => {
    const script = scripts[Math.min(next, scripts.length - 1)] ?? scripts[0];
    next += 1;
    script(...args);
  };
}

/** Cuts the connection without an answer. */
export const reset: Script = (_request, _response, socket) => {
  socket.resetAndDestroy();
};

/** Never answers. */
export const hang: Script = () => {};

/** Promises more than it sends, then cuts the connection. */
export const truncate =
  (status = 200): Script =>
  (_request, response, socket) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"entities":[', () => socket.destroySoon());
  };

/** Answers `status` with text that is not JSON. */
export const page =
  (status: number, text: string): Script =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(text);
  };

function giveToken(): Script {
  let given = 0;
  return (_request, response) => {
    given += 1;
    json(response, 200, { access_token: `token-${given}`, expires_in: 3600, token_type: 'Bearer' });
  };
}
