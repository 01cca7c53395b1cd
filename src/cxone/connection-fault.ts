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
  UND_ERR_CONNECT_TIMEOUT: { reason: 'the connection timed out', passing: true },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { reason: 'the answer was cut off', passing: true },
  UND_ERR_SOCKET: { reason: 'the connection was closed', passing: true },
  // These say that the address is wrong or that this run is over: asking again gives the same.
  ECONNREFUSED: { reason: 'the connection was refused', passing: false },
  ENOTFOUND: { reason: 'the host name is unknown', passing: false },
  UND_ERR_CLOSED: { reason: 'the client was closed', passing: false },
  UND_ERR_DESTROYED: { reason: 'the client was closed', passing: false },
  UND_ERR_HEADERS_OVERFLOW: { reason: 'the headers of the answer are too large', passing: false },
};

/** The fault that an error of the socket, the TLS handshake or the HTTP parser stands for. */
export function connectionFault(error: Error): Fault {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return known[code] ?? { reason: code === '' ? error.message : `${error.message} (${code})`, passing: false };
}
