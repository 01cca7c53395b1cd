import type { Fault } from './exchange.js';
import { oneLine } from './one-line.js';
import { ProxyError, refusalFault } from './proxy-error.js';
import { placed, type Route } from './route.js';

/** Where and when an error came. */
export interface FaultPlace {
  readonly route: Route;
  /** The same server answered before in this run. */
  readonly hasAnswered: boolean;
}

/** Error codes that a user can make something of, in words. The rest keep Node's own message. */
const known: Readonly<Record<string, Fault>> = {
  EAI_AGAIN: { reason: 'the host name could not be looked up', passing: true },
  ECONNRESET: { reason: 'the connection was reset', passing: true },
  EHOSTUNREACH: { reason: 'the host is unreachable', passing: true },
  ENETUNREACH: { reason: 'the network is unreachable', passing: true },
  EPIPE: { reason: 'the connection was closed', passing: true },
  ETIMEDOUT: { reason: 'the connection timed out', passing: true },
  UND_ERR_CONNECT_TIMEOUT: { reason: 'the connection timed out', passing: true, isTimeout: true },
  UND_ERR_HEADERS_TIMEOUT: { reason: 'no answer came in time', passing: true, isTimeout: true },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { reason: 'the answer was cut off', passing: true },
  UND_ERR_SOCKET: { reason: 'the connection was closed', passing: true },
  // These say that this run is over, or how the server is: asking again gives the same.
  UND_ERR_CLOSED: { reason: 'the client was closed', passing: false },
  UND_ERR_DESTROYED: { reason: 'the client was closed', passing: false },
  UND_ERR_HEADERS_OVERFLOW: { reason: 'the headers of the answer are too large', passing: false },
  ERR_SSL_WRONG_VERSION_NUMBER: { reason: 'the server does not speak TLS (wrong version number)', passing: false },
};

/** These say that the address is wrong, unless it was right a moment ago: then the server is being restarted. */
const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name is unknown',
};

/** Errors of a connection that was never made. */
const notReached = new Set(['EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);

const trust =
  'If a private authority or a proxy of yours signs certificates, name the file of its certificate in NODE_EXTRA_CA_CERTS. Otherwise somebody else answers here: ask who.';
const clock = 'If the date of the certificate is right, correct the clock of this machine.';
const unverified = (reason: string, hint = trust): Fault => ({ reason, passing: false, hint });
const unknownIssuer = unverified('the certificate of the server has an unknown issuer');

/** Certificates that can't be trusted. Whoever answers with one has been sent nothing, no secret among it. */
const certificates: Readonly<Record<string, Fault>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: unverified('the server has a self-signed certificate'),
  SELF_SIGNED_CERT_IN_CHAIN: unverified('the server has a self-signed certificate in its chain'),
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  CERT_HAS_EXPIRED: unverified('the certificate of the server has expired', clock),
  CERT_NOT_YET_VALID: unverified('the certificate of the server is not valid yet', clock),
  ERR_TLS_CERT_ALTNAME_INVALID: unverified(
    'the certificate of the server is for another host',
    'Check the address: nothing was sent to whoever answers there.',
  ),
};

/**
 * The fault that an error of the socket, the TLS handshake, the HTTP parser or the proxy stands for. Its reason names host
 * and port, and the proxy.
 */
export function connectionFault(error: Error, place: FaultPlace): Fault {
  const { route, hasAnswered } = place;
  const fault = error instanceof ProxyError ? faultOfProxy(error, route, hasAnswered) : faultOf(error, hasAnswered);
  const hint = fault.hint ?? hintOf(codeOf(error), place);
  return placed({ ...fault, ...(hint !== undefined && { hint }) }, route);
}

function faultOf(error: Error, hasAnswered: boolean): Fault {
  const code = codeOf(error);
  const reason = unreachable[code];
  if (reason !== undefined) return { reason, passing: hasAnswered };
  if (error.name === 'HTTPParserError') return unreadable(error);
  const fault = known[code] ?? certificates[code];
  if (fault !== undefined) return fault;
  // OpenSSL's own words name its source files.
  if (code.startsWith('ERR_SSL_')) return { reason: `the TLS handshake failed (${code})`, passing: false };
  const words = oneLine(error.message);
  return { reason: code === '' ? words : `${words} (${code})`, passing: false };
}

/** The parser gives no code. Its words are for those who know parsers. */
function unreadable({ message }: Error): Fault {
  if (message.includes('EOF')) return { reason: 'the answer was cut off', passing: true };
  return { reason: 'the answer of the server is not valid HTTP', passing: false };
}

/** Where a host has several addresses, an address family that this machine does not have tells least. */
function codeOf(error: Error): string {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const codes = [...errors, error].map((one) => {
    return one instanceof Error && 'code' in one && typeof one.code === 'string' ? one.code : '';
  });
  return codes.find((code) => code !== '' && code !== 'ENETUNREACH') ?? codes.at(-1) ?? '';
}

function faultOfProxy({ refusal, cause }: ProxyError, { proxy, host }: Route, hasAnswered: boolean): Fault {
  if (refusal !== undefined && proxy !== undefined) return refusalFault(refusal, host, proxy);
  const fault = faultOf(cause instanceof Error ? cause : new Error('no connection'), hasAnswered);
  const hint = `Check ${proxy?.variable}, or add the host to NO_PROXY to connect without the proxy.`;
  return { hint, ...fault, reason: `no connection to the proxy: ${fault.reason.replace('the server', 'the proxy')}` };
}

function hintOf(code: string, { route, hasAnswered }: FaultPlace): string | undefined {
  const { isLoopback, isPlain } = route;
  if (code === 'ECONNREFUSED' && isLoopback) {
    return 'Start the server, or correct its address. `cxone-gitops simulate` starts a simulator.';
  }
  if (code === 'ECONNREFUSED') return withProxyHint('Check the host and the port.', route);
  if (code === 'ENOTFOUND')
    return withProxyHint('Check the name of the host in environment.yaml or --endpoint.', route);
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'Check the port: an http server may listen there.';
  if (notReached.has(code)) return networkHint(route);
  const isCut = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET';
  return isCut && isPlain && !hasAnswered ? 'If the server speaks TLS, write https:// in its address.' : undefined;
}

/** What to do when no connection was made in time. */
function networkHint(route: Route): string {
  return withProxyHint('Check the network and its firewall.', route);
}

function withProxyHint(hint: string, { isLoopback, proxy }: Route): string {
  return isLoopback || proxy !== undefined ? hint : `${hint} If this network needs a proxy, set HTTPS_PROXY.`;
}

/** The fault of an exchange that took longer than it may; `missing` is what did not come. */
export function timeoutFault(missing: 'connection' | 'answer' | 'whole answer', ms: number, route: Route): Fault {
  const fault = { reason: `no ${missing} within ${ms / 1000} s`, passing: true, isTimeout: true };
  return placed(missing === 'connection' ? { ...fault, hint: networkHint(route) } : fault, route);
}
