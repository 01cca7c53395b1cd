import type { Fault } from './exchange.js';

/** Error codes that a user can make something of, in words. The rest keep Node's own message. */
const known: Readonly<Record<string, Fault>> = {
  EAI_AGAIN: { reason: 'the host name could not be looked up', passing: true },
  ECONNRESET: { reason: 'the connection was reset', passing: true },
  EHOSTUNREACH: { reason: 'the host is unreachable', passing: true },
  ENETUNREACH: { reason: 'the network is unreachable', passing: true },
  EPIPE: { reason: 'the connection was closed', passing: true },
  ETIMEDOUT: { reason: 'the connection timed out', passing: true },
  HPE_INVALID_EOF_STATE: { reason: 'the answer was cut off', passing: true },
  UND_ERR_CONNECT_TIMEOUT: { reason: 'the connection timed out', passing: true, isTimeout: true },
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

const trust =
  'If a private authority or a proxy of yours signs certificates, name its certificate in NODE_EXTRA_CA_CERTS. Otherwise somebody else answers here: ask who.';
const unverified = (reason: string, hint = trust): Fault => ({ reason, passing: false, hint });

/** Certificates that can't be trusted. Whoever answers with one has been sent nothing, no secret among it. */
const certificates: Readonly<Record<string, Fault>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: unverified('the server has a self-signed certificate'),
  SELF_SIGNED_CERT_IN_CHAIN: unverified('the server has a self-signed certificate in its chain'),
  UNABLE_TO_GET_ISSUER_CERT: unverified('nobody trusted has signed the certificate of the server'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unverified('nobody trusted has signed the certificate of the server'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unverified('nobody trusted has signed the certificate of the server'),
  CERT_HAS_EXPIRED: unverified(
    'the certificate of the server has expired',
    'If its date is right, the clock of this machine is wrong.',
  ),
  CERT_NOT_YET_VALID: unverified(
    'the certificate of the server is not valid yet',
    'If its date is right, the clock of this machine is wrong.',
  ),
  ERR_TLS_CERT_ALTNAME_INVALID: unverified(
    'the certificate of the server is for another host',
    'Check the address: nothing was sent to whoever answers there.',
  ),
};

/**
 * The fault that an error of the socket, the TLS handshake or the HTTP parser stands for; `hasAnswered` says whether the
 * same server answered before.
 */
export function connectionFault(error: Error, hasAnswered = false): Fault {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const reason = unreachable[code];
  if (reason !== undefined) return { reason, passing: hasAnswered };
  const fault = known[code] ?? certificates[code];
  return fault ?? { reason: code === '' ? error.message : `${error.message} (${code})`, passing: false };
}
