import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** A request on its way, `nth` of all since the wire was opened. */
export interface Passing {
  readonly nth: number;
  readonly method: string;
  /** Without query. */
  readonly path: string;
}

/**
 * What becomes of a request. `cut-before`: it never arrives. `cut-after`: it is done, and the answer never comes. `hang`:
 * it never arrives, and nobody says so. A status: answered so and never arrives; `late` the same, but done all the same.
 */
export type Fate =
  | 'cut-before'
  | 'cut-after'
  | 'hang'
  | 'truncate'
  | 'empty'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly late?: boolean };

/** A way to a server on which anything can be made to happen to each request. */
export interface Wire {
  readonly url: string;
  /** Decides about each request; undefined lets it pass. May do something first. */
  fate: (passing: Passing) => Promise<Fate | undefined> | Fate | undefined;
  /** All that was sent, as `POST /api/v2/speech/engines`. */
  readonly log: string[];
  close(): Promise<void>;
}

export async function openWire(target: string): Promise<Wire> {
  const { hostname, port, host } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    carry(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  const wire: Wire = {
    url: `http://127.0.0.1:${address.port}`,
    fate: () => undefined,
    log: [],
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return wire;

  async function carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming);
    const { method = 'GET', url = '/' } = incoming;
    const path = url.split('?', 1)[0] ?? '';
    const nth = wire.log.push(`${method} ${path}`);
    const fate = await wire.fate({ nth, method, path });
    if (fate === 'cut-before') return void incoming.socket.resetAndDestroy();
    if (fate === 'hang') return;
    if (typeof fate === 'object' && fate.late !== true) return answer(outgoing, fate.status, fate.headers, refusal);
    const done = await pass(incoming, body);
    if (fate === 'cut-after') return void incoming.socket.resetAndDestroy();
    if (fate === 'empty') return answer(outgoing, done.status, {}, Buffer.alloc(0));
    if (typeof fate === 'object') return answer(outgoing, fate.status, fate.headers, refusal);
    if (fate !== 'truncate') return answer(outgoing, done.status, done.headers, done.body);
    outgoing.writeHead(done.status, { 'content-type': 'application/json', 'content-length': done.body.length });
    outgoing.write(done.body.subarray(0, Math.ceil(done.body.length / 2)), () => incoming.socket.destroy());
  }

  function pass(incoming: IncomingMessage, body: Buffer): Promise<Done> {
    return new Promise((resolve, reject) => {
      const { connection: _hop, ...headers } = incoming.headers;
      const { method, url: path } = incoming;
      const onward = request({ hostname, port, method, path, headers: { ...headers, host }, agent }, (response) => {
        const { connection: _close, 'keep-alive': _alive, 'transfer-encoding': _chunks, ...kept } = response.headers;
        const status = response.statusCode ?? 0;
        bytesOf(response).then((bytes) => resolve({ status, headers: kept, body: bytes }), reject);
      });
      onward.once('error', reject).end(body);
    });
  }
}

interface Done {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const refusal = Buffer.from('{"code":"fault","message":"A fault of the wire.","status":0,"details":[],"errors":[]}');

function answer(outgoing: ServerResponse, status: number, headers: Done['headers'] = {}, body: Buffer): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers, 'content-length': body.length });
  outgoing.end(body);
}

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
