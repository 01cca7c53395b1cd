import type { Fault } from './exchange.js';
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
export function connectionFault(error: Error, { route, hasAnswered }: FaultPlace): Fault {
  const fault = error instanceof ProxyError ? faultOfProxy(error, route, hasAnswered) : faultOf(error, hasAnswered);
  const hint = fault.hint ?? hintOf(codeOf(error), route);
  return placed({ ...fault, ...(hint !== undefined && { hint }) }, route);
}

function faultOf(error: Error, hasAnswered: boolean): Fault {
  const code = codeOf(error);
  const reason = unreachable[code];
  if (reason !== undefined) return { reason, passing: hasAnswered };
  if (error.name === 'HTTPParserError') return unreadable(error);
  const fault = known[code] ?? certificates[code];
  return fault ?? { reason: code === '' ? error.message : `${error.message} (${code})`, passing: false };
}

/** The parser gives its reason in words, and no code. */
function unreadable({ message }: Error): Fault {
  if (message.includes('EOF')) return { reason: 'the answer was cut off', passing: true };
  return { reason: `the server does not answer in HTTP (${message})`, passing: false };
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function faultOfProxy({ status, said, cause }: ProxyError, { proxy, host }: Route, hasAnswered: boolean): Fault {
  // Only a route with a proxy has this error.
  const variable = proxy?.variable ?? 'HTTPS_PROXY';
  if (status !== undefined && proxy !== undefined) return refusalFault(status, said, host, proxy);
  const fault = faultOf(cause instanceof Error ? cause : new Error('no connection'), hasAnswered);
  return {
    hint: `Check ${variable}, or add the host to NO_PROXY to connect without the proxy.`,
    ...fault,
    reason: `no connection to the proxy: ${fault.reason.replace('the server', 'the proxy')}`,
  };
}

function hintOf(code: string, { isLoopback, proxy }: Route): string | undefined {
  const needsProxy = isLoopback || proxy !== undefined ? '' : ' If this network needs a proxy, set HTTPS_PROXY.';
  if (code === 'ECONNREFUSED' && isLoopback) {
    return 'Start the server, or correct its address. `cxone-gitops simulate` starts a simulator.';
  }
  if (code === 'ECONNREFUSED') return `Check the host and the port.${needsProxy}`;
  if (code === 'ENOTFOUND') return `Check the name of the host in environment.yaml or --endpoint.${needsProxy}`;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'Check the port: an http server may listen there.';
  return notReached.has(code) ? `Check the network and its firewall.${needsProxy}` : undefined;
}
