import type { Proxy } from '../model/proxy.js';
import type { Fault } from './exchange.js';
import { oneLine } from './one-line.js';

/**
 * A proxy did not open the way to a server, so nothing was sent to the server. undici retries some errors of a connection
 * at once and without end; it does so by their codes, and this error has none of those.
 */
export class ProxyError extends Error {
  /** What the proxy answered to CONNECT; absent where no answer came, and `cause` says why. */
  readonly status: number | undefined;
  /** What the proxy said of it in a header. */
  readonly said: string | undefined;

  constructor({ status, said, cause }: { readonly status?: number; readonly said?: string; readonly cause?: Error }) {
    super('the proxy did not open the connection', cause === undefined ? undefined : { cause });
    this.status = status;
    this.said = said;
  }
}

/** The error of an answer to CONNECT that is not 200. */
export function proxyRefusal(status: number, headers: Readonly<Record<string, unknown>>): ProxyError {
  // RFC 9209, and Squid's own.
  const said = [headers['proxy-status'], headers['x-squid-error']].find((text) => typeof text === 'string');
  return new ProxyError({ status, ...(typeof said === 'string' && { said: oneLine(said, 100) }) });
}

/** The fault of a proxy that answered CONNECT with `status`. */
export function refusalFault(status: number, said: string | undefined, host: string, proxy: Proxy): Fault {
  const { words, hint } = meaning(status, host, proxy);
  const quoted = said === undefined || said === '' ? '' : `, “${said}”`;
  const passing = [408, 429, 500, 502, 503, 504].includes(status);
  return { reason: `the proxy answered ${status}${quoted}: ${words}`, passing, hint };
}

function meaning(status: number, host: string, { variable, authorization }: Proxy): { words: string; hint: string } {
  if (status === 407) {
    const example = `${variable}=http://USER:PASSWORD@HOST:PORT`;
    return authorization === undefined
      ? { words: 'it needs a user name and a password', hint: `Write them as ${example}, with @ as %40 and : as %3A.` }
      : { words: `it refused the credentials in ${variable}`, hint: `Correct them: ${example}, with @ as %40.` };
  }
  if (status >= 500) {
    const hint =
      'The proxy looks the name up, not this machine. Check the name, and whether the proxy may reach the host.';
    return { words: `it could not reach ${host}, or does not know this host`, hint };
  }
  return {
    words: `it does not permit a connection to ${host}`,
    hint: `Ask the operator of the proxy to permit CONNECT to ${host}, or add the host to NO_PROXY to connect without the proxy.`,
  };
}
