import { type AddressInfo, connect, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import type { Exchange, HttpRequest } from '../../src/cxone/exchange.js';
import { openTransport, type Transport, type TransportOptions } from '../../src/cxone/transport.js';
import { hang, json, reset, type Script, serve, truncate } from './scripted-server.js';

function open(over: Partial<TransportOptions> = {}): Transport {
  const transport = openTransport({
    connections: 2,
    timeoutMs: 5_000,
    permits: () => true,
    ...over,
  });
  onTestFinished(() => transport.close());
  return transport;
}

const get = (origin: string, over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  origin,
  target: '/x',
  headers: {},
  ...over,
});

async function exchange(script: Script, over: Partial<TransportOptions> = {}): Promise<Exchange> {
  const server = await serve(script);
  return open(over).exchange(get(server.origin));
}

test('gives status, headers and body', async () => {
  const answer = await exchange((_request, response) => json(response, 200, { a: 1 }, { ETag: '"1"' }));
  expect(answer).toMatchObject({ kind: 'answer', status: 200, headers: { etag: '"1"' }, body: Buffer.from('{"a":1}') });
});

test('a refused connection is not sent', async () => {
  const server = await serve(hang);
  const free = new URL(server.origin);
  free.port = '1';
  const refused = { kind: 'not-sent', fault: { reason: 'the connection was refused', passing: false } };
  expect(await open().exchange(get(free.origin, { method: 'POST', body: '{}' }))).toEqual(refused);
});

test('a TLS handshake that fails is not sent', async () => {
  const server = await serve(hang);
  const exchanged = await open().exchange(
    get(server.origin.replace('http:', 'https:'), { method: 'POST', body: '{}' }),
  );
  expect(exchanged.kind).toBe('not-sent');
  expect(server.received).toEqual([]);
});

test('a reset after the request arrived is lost', async () => {
  expect(await exchange(reset)).toMatchObject({ kind: 'lost', fault: { passing: true } });
});

test('no answer in time is lost', async () => {
  const lost = { kind: 'lost', fault: { reason: 'no answer within 0.1 s', passing: true, isTimeout: true } };
  expect(await exchange(hang, { timeoutMs: 100 })).toEqual(lost);
});

test('an answer that drips past the time limit is an answer without its body', async () => {
  const drip: Script = (_request, response) => {
    response.writeHead(403, { 'content-length': '1000' }).write('{');
  };
  const late = { kind: 'answer', status: 403, fault: { reason: 'no whole answer within 0.1 s', passing: true } };
  expect(await exchange(drip, { timeoutMs: 100 })).toMatchObject(late);
});

test('a request whose connection is not made in time is never sent', async () => {
  // Accepts, and never answers the TLS handshake.
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('data', (chunk) => received.push(chunk)).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  const transport = open({ timeoutMs: 100 });
  const request = get(`https://127.0.0.1:${port}`, { method: 'POST', target: '/queued', body: '{}' });
  expect(await transport.exchange(request)).toMatchObject({ kind: 'not-sent', fault: { reason: expect.any(String) } });
  await transport.close();
  expect(Buffer.concat(received).toString('latin1')).not.toContain('/queued');
});

test('a truncated answer is an answer without its body', async () => {
  const cut = { kind: 'answer', status: 200, body: Buffer.alloc(0), fault: { passing: true } };
  expect(await exchange(truncate())).toMatchObject(cut);
});

test('a redirect is an answer, and the other host receives nothing', async () => {
  const other = await serve((_request, response) => json(response, 200, {}));
  const redirect: Script = (_request, response) => response.writeHead(307, { location: `${other.origin}/x` }).end();
  expect(await exchange(redirect)).toMatchObject({ kind: 'answer', status: 307 });
  expect(other.received).toEqual([]);
});

test('stops reading at 16 MiB', async () => {
  let sent = 0;
  const flood: Script = (_request, response) => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    response.writeHead(200);
    const more = () => {
      while (sent < 64 && !response.destroyed) {
        sent += 1;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  };
  const tooLarge = { status: 200, fault: { reason: 'the answer is larger than 16 MiB', passing: false } };
  expect(await exchange(flood)).toMatchObject(tooLarge);
  expect(sent).toBeLessThan(40);
});

const zipped =
  (body: Buffer, encoding = 'gzip'): Script =>
  (_request, response) => {
    response.writeHead(200, { 'content-encoding': encoding }).end(body);
  };

test('decodes gzip', async () => {
  expect(await exchange(zipped(gzipSync('{"a":1}')))).toMatchObject({ status: 200, body: Buffer.from('{"a":1}') });
});

test('a gzip bomb is cut at 16 MiB decoded', async () => {
  const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(20_000);
  const tooLarge = { body: Buffer.alloc(0), fault: { reason: 'the answer is larger than 16 MiB', passing: false } };
  expect(await exchange(zipped(bomb))).toMatchObject(tooLarge);
});

test('broken gzip and unknown encodings are faults', async () => {
  const half = gzipSync('{"a":1}'.repeat(100)).subarray(0, 20);
  expect(await exchange(zipped(half))).toMatchObject({ fault: { reason: 'the answer is broken gzip', passing: true } });
  const unknown = { fault: { reason: 'the answer is in an unknown encoding', passing: false } };
  expect(await exchange(zipped(Buffer.from('{}'), 'br'))).toMatchObject(unknown);
});

test('opens no more connections than it may', async () => {
  const server = await serve((_request, response) => setTimeout(() => json(response, 200, {}), 5));
  const transport = open({ connections: 2 });
  const all = await Promise.all(Array.from({ length: 12 }, () => transport.exchange(get(server.origin))));
  expect(all.every(({ kind }) => kind === 'answer')).toBe(true);
  expect(server.connections()).toBe(2);
});

test('sends nothing that is not permitted', async () => {
  const server = await serve((_request, response) => json(response, 200, {}));
  const transport = open({ permits: ({ method }) => method === 'GET' });
  await expect(transport.exchange(get(server.origin, { method: 'PATCH' }))).rejects.toThrow('may not send PATCH /x');
  expect(server.received).toEqual([]);
});

test('reaches localhost by name', async () => {
  const server = await serve((_request, response) => json(response, 200, {}));
  const named = server.origin.replace('127.0.0.1', 'localhost');
  expect(await open().exchange(get(named))).toMatchObject({ kind: 'answer', status: 200 });
});

test('what still runs when it is closed is lost', async () => {
  const server = await serve(hang);
  const transport = open();
  const running = transport.exchange(get(server.origin));
  while (server.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await transport.close();
  expect(await running).toMatchObject({ kind: 'lost' });
});

test('plain http goes no further than loopback, whatever the host is called', async () => {
  const server = await serve((_request, response) => json(response, 200, {}));
  const elsewhere: TransportOptions['connect'] = ({ port }, callback) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port) }, () => callback(null, socket));
    Object.defineProperty(socket, 'remoteAddress', { value: '203.0.113.9' });
  };
  const { port } = new URL(server.origin);
  expect(await open({ connect: elsewhere }).exchange(get(`http://localhost:${port}`))).toEqual({
    kind: 'not-sent',
    fault: { reason: 'localhost led to 203.0.113.9, which is not loopback', passing: false },
  });
  expect(server.received).toEqual([]);
});

test('an informational answer is no answer', async () => {
  const processing: Script = (_request, response) => response.writeProcessing();
  expect(await exchange(processing, { timeoutMs: 100 })).toMatchObject({ kind: 'lost' });
});
