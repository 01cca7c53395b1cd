import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import type { Exchange, HttpRequest } from '../../src/cxone/exchange.js';
import { openTransport, type Transport, type TransportOptions } from '../../src/cxone/transport.js';
import { listenSelfSigned } from '../faults/self-signed.js';
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
  const fault = { reason: 'the connection was refused (127.0.0.1:1, no proxy)', passing: false };
  const exchanged = await open().exchange(get(free.origin, { method: 'POST', body: '{}' }));
  expect(exchanged).toMatchObject({ kind: 'not-sent', fault });
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
  const reason = expect.stringMatching(/^no answer within 0\.1 s \(127\.0\.0\.1:\d+, no proxy\)$/u);
  const lost = { kind: 'lost', fault: { reason, passing: true, isTimeout: true } };
  expect(await exchange(hang, { timeoutMs: 100 })).toEqual(lost);
});

test('an answer that drips past the time limit is an answer without its body', async () => {
  const drip: Script = (_request, response) => {
    response.writeHead(403, { 'content-length': '1000' }).write('{');
  };
  const reason = expect.stringMatching(/^no whole answer within 0\.1 s \(127\.0\.0\.1:\d+, no proxy\)$/u);
  const late = { kind: 'answer', status: 403, fault: { reason, passing: true } };
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
    fault: {
      reason: `localhost led to 203.0.113.9, which is not loopback (localhost:${port}, no proxy)`,
      passing: false,
    },
  });
  expect(server.received).toEqual([]);
});

test('an informational answer is no answer', async () => {
  const processing: Script = (_request, response) => response.writeProcessing();
  expect(await exchange(processing, { timeoutMs: 100 })).toMatchObject({ kind: 'lost' });
});

/** A server that answers each request with these bytes and then closes the connection. */
async function raw(
  answer: (socket: Socket, requests: number) => void,
): Promise<{ origin: string; requests: () => number }> {
  let requests = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined).on('data', () => answer(socket, ++requests));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, requests: () => requests };
}

test('informational answers before the answer are passed over', async () => {
  const { origin } = await raw((socket) => {
    socket.write('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n');
    socket.end('HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}');
  });
  const answer = await open().exchange(get(origin, { method: 'POST', body: '{}' }));
  expect(answer).toMatchObject({ kind: 'answer', status: 201, body: Buffer.from('{}') });
});

test('HTTP/1.0 without a length ends with its connection, wherever that was cut', async () => {
  const { origin } = await raw((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n{"speechEngineId":"e'));
  const answer = await open().exchange(get(origin));
  expect(answer).toMatchObject({ kind: 'answer', status: 200, body: Buffer.from('{"speechEngineId":"e') });
});

test('more headers than fit are a fault, and nothing is kept of them', async () => {
  const { origin } = await raw((socket) => {
    socket.end(`HTTP/1.1 200 OK\r\n${'x-filler: 0123456789\r\n'.repeat(5_000)}\r\n{}`);
  });
  const fault = { reason: expect.stringMatching(/^the headers of the answer are too large \(127/u), passing: false };
  expect(await open().exchange(get(origin))).toEqual({ kind: 'lost', fault });
});

test('what is not HTTP is a fault', async () => {
  const { origin } = await raw((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
  expect(await open().exchange(get(origin))).toMatchObject({ kind: 'lost', fault: { passing: false } });
});

test('a POST on a kept connection that the server closes just then is lost, and leaves once only', async () => {
  const { origin, requests } = await raw((socket, nth) => {
    if (nth === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
    else socket.end();
  });
  const transport = open({ connections: 1 });
  expect(await transport.exchange(get(origin))).toMatchObject({ kind: 'answer' });
  const post = get(origin, { method: 'POST', body: '{}' });
  expect(await transport.exchange(post)).toMatchObject({ kind: 'lost', fault: { passing: true } });
  expect(requests()).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(requests()).toBe(2);
});

test('a self-signed certificate is said in words, and whoever has it is sent nothing', async () => {
  const { url, requests, close } = await listenSelfSigned();
  onTestFinished(close);
  expect(await open().exchange(get(url, { method: 'POST', body: 'secret' }))).toEqual({
    kind: 'not-sent',
    fault: {
      reason: expect.stringMatching(/^the server has a self-signed certificate \(127\.0\.0\.1:\d+, no proxy\)$/u),
      passing: false,
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    },
  });
  expect(requests()).toBe(0);
});

test('a host that there is not is not sent to', async () => {
  const unknown: TransportOptions['connect'] = (_target, callback) =>
    callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), null);
  const fault = { reason: 'the host name is unknown (acme.example:443, no proxy)', passing: false };
  const exchanged = await open({ connect: unknown }).exchange(get('https://acme.example'));
  expect(exchanged).toMatchObject({ kind: 'not-sent', fault });
});

test('a server that refuses connections may be back soon if it has answered before', async () => {
  const { origin } = await raw((socket) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}'),
  );
  let isDown = false;
  const connector: TransportOptions['connect'] = ({ port }, callback) => {
    if (isDown) return callback(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), null);
    const socket = connect({ host: '127.0.0.1', port: Number(port) }, () => callback(null, socket));
  };
  const transport = open({ connect: connector });
  expect(await transport.exchange(get(origin))).toMatchObject({ kind: 'answer' });
  isDown = true;
  expect(await transport.exchange(get(origin))).toMatchObject({ kind: 'not-sent', fault: { passing: true } });
});
