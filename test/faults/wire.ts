import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type Done, isSpoiling, type Spoiling, spoil } from './spoil.js';

/** A request on its way, `nth` of all since the wire was opened. */
export interface Passing {
  readonly nth: number;
  readonly method: string;
  /** Without query. */
  readonly path: string;
  /** Of a listing; null for its first page. */
  readonly pageToken: string | null;
  readonly headers: IncomingMessage['headers'];
  /** Empty where there is none. */
  readonly body: string;
}

/**
 * What becomes of a request. `cut-before`: it never arrives. `cut-after`: it is done, and the answer never comes.
 * `cut-late`: the answer comes, and then the connection is gone. `hang`: it never arrives, and nobody says so.
 * `restart`: it never arrives, every connection is cut, and the server is there again at once; `gone`: only after
 * `wire.up()`. `stale-token`: it arrives with a token that has expired. A status: answered so and never arrives; `late`
 * the same, but done all the same. `page`: what becomes of a page of a list; its rows are always those of the first one.
 * Else it is done, and its answer is spoilt.
 */
export type Fate =
  | 'cut-before'
  | 'cut-after'
  | 'cut-late'
  | 'hang'
  | 'restart'
  | 'gone'
  | 'stale-token'
  | Spoiling
  | {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string | Buffer;
      readonly late?: boolean;
    }
  | { readonly page: (page: Page) => Page };

/** The body of a page. */
export interface Page {
  readonly entities: readonly object[];
  readonly nextPageToken: string | null;
}

/** A way to a server on which anything can be made to happen to each request. */
export interface Wire {
  readonly url: string;
  /** Decides about each request; undefined lets it pass. May do something first. */
  fate: (passing: Passing) => Promise<Fate | undefined> | Fate | undefined;
  /** Called when the server has done a request, before its answer leaves; then when its answer, if unspoilt, has left. */
  done: (passing: Passing) => Promise<void> | void;
  answered: (passing: Passing) => Promise<void> | void;
  /** Who sends is dead: nothing gets through any more, in either direction. */
  dead: boolean;
  /** Makes another body of what is passed on. */
  rewrite: (body: string) => string;
  /** All that was sent, as `POST /api/v2/speech/engines`. */
  readonly log: string[];
  /** The server is there again after `gone`. */
  up(): Promise<void>;
  close(): Promise<void>;
}

export async function openWire(target: string): Promise<Wire> {
  const { hostname, port, host } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    carry(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  const down = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  const up = async () => {
    if (!server.listening) await listen(address.port);
  };
  const wire: Wire = {
    url: `http://127.0.0.1:${address.port}`,
    fate: () => undefined,
    done: () => undefined,
    answered: () => undefined,
    dead: false,
    rewrite: (body) => body,
    log: [],
    up,
    close: async () => {
      agent.destroy();
      await down();
    },
  };
  return wire;

  async function carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = (await bytesOf(incoming)).toString();
    if (wire.dead) return void incoming.socket.resetAndDestroy();
    const { method = 'GET', url = '/' } = incoming;
    const { pathname: path, searchParams } = new URL(url, target);
    const nth = wire.log.push(`${method} ${path}`);
    const { headers } = incoming;
    const passing = { nth, method, path, pageToken: searchParams.get('pageToken'), headers, body };
    const fate = await wire.fate(passing);
    if (fate === 'cut-before') return void incoming.socket.resetAndDestroy();
    if (fate === 'hang') return;
    if (fate === 'restart' || fate === 'gone') return down().then(fate === 'restart' ? up : undefined);
    const isStatus = typeof fate === 'object' && 'status' in fate;
    if (isStatus && fate.late !== true) return answer(outgoing, { body: refusal, ...fate });
    if (typeof fate === 'object' && 'page' in fate) {
      const done = await pass(incoming, body, url.replace(/&pageToken=[^&]*/u, ''));
      // Sound: the simulator answers a list so.
      const page = fate.page(JSON.parse(done.body.toString()) as Page);
      return answer(outgoing, { ...done, body: JSON.stringify(page) });
    }
    if (fate === 'stale-token') incoming.headers.authorization = 'Bearer sim-expired';
    const done = await pass(incoming, body, url);
    await wire.done(passing);
    if (fate === 'cut-after' || wire.dead) return void incoming.socket.resetAndDestroy();
    if (isStatus) return answer(outgoing, { body: refusal, ...fate });
    if (isSpoiling(fate)) return spoil(fate, outgoing, done);
    answer(outgoing, done);
    await new Promise((resolve) => outgoing.once('close', resolve));
    await wire.answered(passing);
    if (fate === 'cut-late') incoming.socket.resetAndDestroy();
  }

  function pass(incoming: IncomingMessage, sent: string, path: string): Promise<Done> {
    return new Promise((resolve, reject) => {
      const { connection: _hop, 'content-length': _length, ...headers } = incoming.headers;
      const body = wire.rewrite(sent);
      const { method } = incoming;
      const onward = request({ hostname, port, method, path, headers: { ...headers, host }, agent }, (response) => {
        const { connection: _close, 'keep-alive': _alive, 'transfer-encoding': _chunks, ...kept } = response.headers;
        const status = response.statusCode ?? 0;
        bytesOf(response).then((bytes) => resolve({ status, headers: kept, body: bytes }), reject);
      });
      onward.once('error', reject).end(body);
    });
  }
}

const refusal = Buffer.from('{"code":"fault","message":"A fault of the wire.","status":0,"details":[],"errors":[]}');

interface Answer {
  readonly status: number;
  readonly headers?: Done['headers'];
  readonly body: string | Buffer;
}

function answer(outgoing: ServerResponse, { status, headers = {}, body }: Answer): void {
  const length = Buffer.byteLength(body);
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers, 'content-length': length });
  outgoing.end(body);
}

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
