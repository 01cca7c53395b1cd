import { expect, onTestFinished, test } from 'vitest';
import type { Exchange } from '../../src/cxone/exchange.js';
import { openTransport, type Transport, type TransportOptions } from '../../src/cxone/transport.js';
import { listenSelfSigned } from '../faults/self-signed.js';
import { type Answering, answerStatus, answerText, proxyOf, serveProxy, tunnelTo } from './connect-proxy.js';
import { json, serve } from './scripted-server.js';

const origin = 'https://acme.api.nicecxone.com';
const post = { method: 'POST', origin, target: '/oauth/token', headers: {}, body: 'a=b' } as const;

function open(over: Partial<TransportOptions> = {}): Transport {
  const transport = openTransport({ connections: 2, timeoutMs: 5_000, permits: () => true, ...over });
  onTestFinished(() => transport.close());
  return transport;
}

async function proxyThat(answering: Answering) {
  const proxy = await serveProxy(answering);
  onTestFinished(() => proxy.close());
  return proxy;
}

async function selfSigned() {
  const server = await listenSelfSigned();
  onTestFinished(() => server.close());
  return server;
}

/** A proxy that never answers, the moment when it was asked, and the moment when the client closed the connection. */
function silent() {
  let ask: (() => void) | undefined;
  let close: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const closed = new Promise<void>((resolve) => (close = resolve));
  const answering: Answering = (socket) => {
    ask?.();
    // Only a socket that is read tells of its end, and an HTTP server's stays half open then.
    socket.once('end', () => close?.()).resume();
  };
  return { answering, asked, closed };
}

/** What comes of a request through a proxy on loopback, and its reason without the place. */
async function through(answering: Answering, env: Readonly<Record<string, string>> = {}, timeoutMs = 5_000) {
  const proxy = await proxyThat(answering);
  const exchange = await open({ proxy: proxyOf(proxy.host, env), timeoutMs }).exchange(post);
  const place = ` (acme.api.nicecxone.com:443, through the proxy ${proxy.host})`;
  return { proxy, exchange, ...readFault(exchange, place) };
}

function readFault(exchange: Exchange, place: string) {
  const { reason = '', hint, passing } = exchange.fault ?? {};
  expect(reason.slice(-place.length)).toBe(place);
  return { reason: reason.slice(0, -place.length), hint, passing };
}

test('asks for the server’s host and port by CONNECT, and for nothing else', async () => {
  const { proxy, exchange } = await through(answerStatus(403));
  expect(exchange.kind).toBe('not-sent');
  expect(proxy.asked).toEqual([{ method: 'CONNECT', target: 'acme.api.nicecxone.com:443', authorization: undefined }]);
});

test.each([
  ['user:pass', 'user:pass'],
  ['user:p%40ss%3A', 'user:p@ss:'],
  ['only-a-user', 'only-a-user:'],
  [':only-a-password', ':only-a-password'],
  ['%C3%A9:%E2%82%AC', 'é:€'],
])('sends the credentials %s to the proxy as Basic', async (userinfo, plain) => {
  const proxy = await proxyThat(answerStatus(403));
  await open({ proxy: proxyOf(`${userinfo}@${proxy.host}`) }).exchange(post);
  const basic = `Basic ${Buffer.from(plain).toString('base64')}`;
  expect(proxy.asked.map(({ authorization }) => authorization)).toEqual([basic]);
});

test.each([
  [407, '', 'it needs a user name and a password', false, /HTTPS_PROXY=http:\/\/USER:PASSWORD@HOST:PORT/u],
  [407, 'proxy-authenticate: Basic realm="x"\r\n', 'it needs a user name and a password', false, /USER:PASSWORD/u],
  [407, 'proxy-authenticate: NTLM, Basic\r\n', 'it needs a user name and a password', false, /USER:PASSWORD/u],
  [407, 'proxy-authenticate: Negotiate\r\n', 'it asks for Negotiate, and only Basic is supported', false, /signs in/u],
  [
    403,
    '',
    'it does not permit a connection to this host',
    false,
    /permit CONNECT to acme\.api\.nicecxone\.com:443.*NO_PROXY/u,
  ],
  [405, '', 'it does not permit a connection to this host', false, /CONNECT/u],
  [502, '', 'it could not reach this host, or does not know its name', true, /Check the name/u],
  [503, '', 'it could not reach this host, or does not know its name', true, /Check the name/u],
  [504, '', 'it could not reach this host, or does not know its name', true, /Check the name/u],
  [301, 'location: https://evil.example/\r\n', 'it does not permit a connection to this host', false, /CONNECT/u],
])('a proxy that answers %d is named', async (status, headers, words, passing, hint) => {
  const refused = await through(answerStatus(status, headers));
  expect(refused.exchange.kind).toBe('not-sent');
  expect(refused.reason).toContain(`the proxy answered ${status}: ${words}`);
  expect(refused.hint).toMatch(hint);
  expect(refused.passing).toBe(passing);
});

test('a proxy that refuses the credentials is named, and they are not', async () => {
  const proxy = await proxyThat(answerStatus(407));
  const exchange = await open({ proxy: proxyOf(`user:pass-word@${proxy.host}`) }).exchange(post);
  expect(exchange.fault?.reason).toContain(
    'the proxy answered 407: it refused the user name and the password in HTTPS_PROXY',
  );
  expect(JSON.stringify(exchange)).not.toContain('pass-word');
});

test.each([
  ['proxy-status: proxy.example; error=dns_error', 'proxy.example; error=dns_error'],
  ['x-squid-error: ERR_DNS_FAIL 0', 'ERR_DNS_FAIL 0'],
])('what a proxy says in %s is quoted', async (header, words) => {
  const { reason } = await through(answerStatus(503, `${header}\r\n`));
  expect(reason).toBe(`the proxy answered 503, “${words}”: it could not reach this host, or does not know its name`);
});

test.each<[string, Answering, string, boolean]>([
  ['closes the connection', (socket) => socket.end(), 'the connection was closed', true],
  ['cuts its answer', answerText('HTTP/1.1 200 Conn'), 'the connection was closed', true],
  [
    'answers a page without a status',
    answerText('<html>no</html>\r\n\r\n'),
    'the answer of the proxy is not valid HTTP',
    false,
  ],
  [
    'answers another protocol',
    answerText('SSH-2.0-OpenSSH_9.2\r\n'),
    'the answer of the proxy is not valid HTTP',
    false,
  ],
])('a proxy that %s is named, and asked once', async (_what, answering, words, passing) => {
  const { proxy, exchange, reason, hint, ...fault } = await through(answering);
  expect(exchange.kind).toBe('not-sent');
  expect(reason).toContain(`no connection to the proxy: ${words}`);
  expect(hint).toBe('Check HTTPS_PROXY, or add the host to NO_PROXY to connect without the proxy.');
  expect(fault.passing).toBe(passing);
  expect(proxy.asked.length).toBe(1);
});

test('a proxy that never answers CONNECT is given up, and its connection is closed', async () => {
  const { answering, closed } = silent();
  const { exchange, reason } = await through(answering, {}, 200);
  expect([exchange.kind, reason]).toEqual([
    'not-sent',
    expect.stringMatching(/no connection within 0\.2 s|no answer/u),
  ]);
  await closed;
});

test('a proxy where nothing listens is named', async () => {
  const exchange = await open({ proxy: proxyOf('127.0.0.1:1') }).exchange(post);
  const place = ' (acme.api.nicecxone.com:443, through the proxy 127.0.0.1:1)';
  expect(exchange.kind).toBe('not-sent');
  expect(readFault(exchange, place)).toEqual({
    reason: 'no connection to the proxy: the connection was refused',
    hint: 'Check HTTPS_PROXY, or add the host to NO_PROXY to connect without the proxy.',
    passing: false,
  });
});

test('a certificate that is not trusted behind a proxy is the server’s', async () => {
  const server = await selfSigned();
  const { exchange, reason, hint } = await through(tunnelTo(Number(new URL(server.url).port)));
  expect([exchange.kind, reason]).toEqual(['not-sent', 'the server has a self-signed certificate']);
  expect(hint).toContain('NODE_EXTRA_CA_CERTS');
  expect(server.requests()).toBe(0);
});

test('an http server behind the proxy is named', async () => {
  const server = await serve((_request, response) => json(response, 200, {}));
  const { exchange, reason, hint } = await through(tunnelTo(Number(new URL(server.origin).port)));
  expect([exchange.kind, reason]).toEqual(['not-sent', 'the server does not speak TLS (wrong version number)']);
  expect(hint).toBe('Check the port: an http server may listen there.');
  expect(server.received).toEqual([]);
});

test('a tunnel that closes in the handshake may pass', async () => {
  const hangUp: Answering = (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n');
  expect(await through(hangUp)).toMatchObject({ exchange: { kind: 'not-sent' }, passing: true });
});

test.each([
  ['acme.api.nicecxone.com', true],
  ['.nicecxone.com', true],
  ['nicecxone.com', true],
  ['*.nicecxone.com', true],
  ['ACME.API.NICECXONE.COM', true],
  ['localhost, acme.api.nicecxone.com', true],
  ['localhost acme.api.nicecxone.com', true],
  ['acme.api.nicecxone.com:443', true],
  ['*', true],
  ['localhost,*', true],
  ['acme.api.nicecxone.com:8443', false],
  ['api', false],
  ['cxone.com', false],
  ['other.api.nicecxone.com', false],
  ['', false],
])('NO_PROXY=%j leaves the proxy out: %s', async (noProxy, leavesOut) => {
  const proxy = await proxyThat(answerStatus(403));
  const hosts: string[] = [];
  const unknown: TransportOptions['connect'] = ({ hostname }, callback) => {
    hosts.push(hostname);
    callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), null);
  };
  const transport = open({ proxy: proxyOf(proxy.host, { NO_PROXY: noProxy }), connect: unknown });
  const { fault } = await transport.exchange(post);
  expect(hosts).toEqual(leavesOut ? ['acme.api.nicecxone.com'] : []);
  expect(proxy.asked).toHaveLength(leavesOut ? 0 : 1);
  expect(fault?.reason).toContain(
    leavesOut ? 'is unknown (acme.api.nicecxone.com:443, no proxy)' : 'through the proxy',
  );
});

test.each([
  'http://127.0.0.1',
  'http://localhost',
  'https://127.0.0.1',
  'https://localhost',
  'https://[::ffff:7f00:1]',
])('loopback is never reached through a proxy: %s', async (loopback) => {
  const proxy = await proxyThat(answerStatus(403));
  const connected: string[] = [];
  const refused: TransportOptions['connect'] = ({ hostname }, callback) => {
    connected.push(hostname);
    callback(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), null);
  };
  const transport = open({ proxy: proxyOf(proxy.host), connect: refused });
  const { fault } = await transport.exchange({ ...post, origin: loopback });
  expect(fault?.reason).toMatch(/no proxy\)$/u);
  expect([connected.length, proxy.asked.length]).toEqual([1, 0]);
});

test('a closed client leaves no connection to the proxy', async () => {
  const { answering, asked, closed } = silent();
  const proxy = await proxyThat(answering);
  const transport = open({ proxy: proxyOf(proxy.host) });
  const exchange = transport.exchange(post);
  await asked;
  await transport.close();
  await closed;
  expect((await exchange).kind).toBe('not-sent');
});
