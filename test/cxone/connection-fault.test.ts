import { expect, test } from 'vitest';
import { connectionFault, timeoutFault } from '../../src/cxone/connection-fault.js';
import { ProxyError } from '../../src/cxone/proxy-error.js';
import { routeTo } from '../../src/cxone/route.js';
import { proxyOf } from './connect-proxy.js';

const withCode = (code: string, message = 'low-level words') => Object.assign(new Error(message), { code });
const acme = routeTo('https://acme.api.nicecxone.com');
const proxy = proxyOf('proxy.example:3128');
const proxied = routeTo('https://acme.api.nicecxone.com', proxy);
const place = '(acme.api.nicecxone.com:443, no proxy)';
const plain = routeTo('http://127.0.0.1:1');
const needsProxy = 'If this network needs a proxy, set HTTPS_PROXY.';

const faultOf = (error: Error, route = acme, hasAnswered = false) => connectionFault(error, { route, hasAnswered });

test.each([
  ['ECONNRESET', 'the connection was reset'],
  ['EAI_AGAIN', 'the host name could not be looked up'],
  ['UND_ERR_SOCKET', 'the connection was closed'],
])('%s may pass', (code, reason) => {
  expect(faultOf(withCode(code))).toMatchObject({ reason: `${reason} ${place}`, passing: true });
});

test.each([
  ['ENOTFOUND', 'the host name is unknown'],
  ['ECONNREFUSED', 'the connection was refused'],
  ['ERR_SSL_TLSV1_ALERT', 'the TLS handshake failed (ERR_SSL_TLSV1_ALERT)'],
  ['CERT_REVOKED', 'low-level words (CERT_REVOKED)'],
])('%s is the same the next time', (code, reason) => {
  expect(faultOf(withCode(code))).toMatchObject({ reason: `${reason} ${place}`, passing: false });
});

const unread = (message: string) => Object.assign(new Error(message), { name: 'HTTPParserError', code: undefined });

test('what the parser can not read is no HTTP, or was cut off', () => {
  const odd = `the answer of the server is not valid HTTP ${place}`;
  expect(faultOf(unread('Expected HTTP/'))).toEqual({ reason: odd, passing: false });
  expect(faultOf(unread('Invalid EOF state'))).toEqual({ reason: `the answer was cut off ${place}`, passing: true });
});

test('an error without a code keeps its message', () => {
  expect(faultOf(new Error('odd'))).toEqual({ reason: `odd ${place}`, passing: false });
});

test.each(['ENOTFOUND', 'ECONNREFUSED'])('%s may pass where the server has answered before', (code) => {
  expect(faultOf(withCode(code), acme, true)).toMatchObject({ passing: true });
});

test.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /self-signed/u, /NODE_EXTRA_CA_CERTS/u],
  ['SELF_SIGNED_CERT_IN_CHAIN', /self-signed/u, /NODE_EXTRA_CA_CERTS/u],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /unknown issuer/u, /NODE_EXTRA_CA_CERTS/u],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /unknown issuer/u, /NODE_EXTRA_CA_CERTS/u],
  ['CERT_HAS_EXPIRED', /has expired/u, /clock/u],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /for another host/u, /address/u],
])('%s is said in words, with what to do, and is the same the next time', (code, reason, hint) => {
  const fault = { reason: expect.stringMatching(reason), hint: expect.stringMatching(hint), passing: false };
  expect(faultOf(withCode(code), acme, true)).toEqual(fault);
});

test.each([
  ['https://acme.api.nicecxone.com', 'acme.api.nicecxone.com:443, no proxy'],
  ['https://acme.example:8443', 'acme.example:8443, no proxy'],
  ['http://127.0.0.1', '127.0.0.1:80, no proxy'],
  ['https://[2001:db8::1]', '[2001:db8::1]:443, no proxy'],
])('a fault at %s names host and port', (origin, way) => {
  expect(faultOf(withCode('EPIPE'), routeTo(origin)).reason).toBe(`the connection was closed (${way})`);
});

test('of several addresses the one that could be reached at all tells the fault', () => {
  const all = new AggregateError([withCode('ENETUNREACH'), withCode('ECONNREFUSED')]);
  const refused = { reason: `the connection was refused ${place}` };
  expect(faultOf(Object.assign(all, { code: 'ENETUNREACH' }))).toMatchObject(refused);
  const none = new AggregateError([withCode('ENETUNREACH')]);
  expect(faultOf(Object.assign(none, { code: 'ENETUNREACH' })).reason).toBe(`the network is unreachable ${place}`);
});

test('words of many lines become one line', () => {
  expect(faultOf(new Error('a\n  b')).reason).toBe(`a b ${place}`);
});

test('a server that has answered over plain http does not speak TLS', () => {
  expect(faultOf(withCode('UND_ERR_SOCKET'), plain, true).hint).toBeUndefined();
});

test.each([
  ['connection', `Check the network and its firewall. ${needsProxy}`],
  ['answer', undefined],
  ['whole answer', undefined],
] as const)('no %s in time names the place', (missing, hint) => {
  const fault = timeoutFault(missing, 1_500, acme);
  expect(fault).toMatchObject({ reason: `no ${missing} within 1.5 s ${place}`, passing: true, isTimeout: true });
  expect(fault.hint).toBe(hint);
});

test('a fault behind a proxy names both, and nothing of the credentials', () => {
  const route = routeTo('https://acme.api.nicecxone.com', proxyOf('user:pass@proxy.example'));
  const { reason } = faultOf(withCode('EPIPE'), route);
  expect(reason).toBe('the connection was closed (acme.api.nicecxone.com:443, through the proxy proxy.example:80)');
});

test.each([
  ['ECONNREFUSED', acme, `Check the host and the port. ${needsProxy}`],
  [
    'ECONNREFUSED',
    routeTo('http://127.0.0.1:1'),
    /^Start the server, or correct its address\. `cxone-gitops simulate`/u,
  ],
  ['ENOTFOUND', acme, `Check the name of the host in environment.yaml or --endpoint. ${needsProxy}`],
  ['ETIMEDOUT', acme, `Check the network and its firewall. ${needsProxy}`],
  ['UND_ERR_CONNECT_TIMEOUT', proxied, /^Check the network and its firewall\.$/u],
  ['ERR_SSL_WRONG_VERSION_NUMBER', acme, 'Check the port: an http server may listen there.'],
  ['UND_ERR_SOCKET', plain, 'If the server speaks TLS, write https:// in its address.'],
])('%s has a hint, case %#', (code, route, hint) => {
  expect(faultOf(withCode(code), route).hint).toMatch(hint);
});

const through = '(acme.api.nicecxone.com:443, through the proxy proxy.example:3128)';
const hint = 'Check HTTPS_PROXY, or add the host to NO_PROXY to connect without the proxy.';

test.each([
  ['ECONNREFUSED', 'the connection was refused', false, hint],
  ['ENOTFOUND', 'the host name is unknown', false, hint],
  ['UND_ERR_SOCKET', 'the connection was closed', true, hint],
  ['UND_ERR_HEADERS_TIMEOUT', 'no answer came in time', true, hint],
  ['CERT_HAS_EXPIRED', 'the certificate of the proxy has expired', false, /clock/u],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the certificate of the proxy has an unknown issuer', false, /NODE_EXTRA_CA/u],
])('%s at the proxy itself is named as the proxy’s', (code, reason, passing, help) => {
  const fault = faultOf(new ProxyError({ cause: withCode(code) }), proxied);
  expect(fault).toMatchObject({ reason: `no connection to the proxy: ${reason} ${through}`, passing });
  expect(fault.hint).toMatch(help);
});

test('a proxy that refused connections may be back soon if the server has answered through it', () => {
  const error = new ProxyError({ cause: withCode('ECONNREFUSED') });
  expect(faultOf(error, proxied, true)).toMatchObject({ passing: true });
});
