import type { Proxy } from '../model/proxy.js';
import type { Fault } from './exchange.js';
import { oneLine } from './one-line.js';

/**
 * A proxy did not open the way to a server, so nothing was sent to the server. undici retries some errors of a connection
 * at once and without end; it does so by their codes, and this error has none of those.
 */
export class ProxyError extends Error {
  /** What the proxy answered to CONNECT; absent where no answer came, and `cause` says why. */
  readonly refusal: ProxyRefusal | undefined;

  constructor(why: { readonly refusal?: ProxyRefusal; readonly cause?: Error }) {
    super('the proxy did not open the connection', why.cause === undefined ? undefined : { cause: why.cause });
    this.refusal = why.refusal;
  }
}

/** An answer to CONNECT that is not 200. */
export interface ProxyRefusal {
  readonly status: number;
  /** What the proxy said of it in a header, on one line. */
  readonly said?: string;
  /** How the proxy wants its users to sign in, where Basic is not among the ways. */
  readonly signIn?: string;
}

/** Reads a refusal; names of headers are in lower case. */
export function proxyRefusal(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): ProxyRefusal {
  // RFC 9209, and Squid's own.
  const said = textOf(headers['proxy-status'] ?? headers['x-squid-error']);
  const asked = textOf(headers['proxy-authenticate']);
  const scheme = /^[\w-]{1,30}/u.exec(asked)?.[0];
  const takesBasic = scheme === undefined || /\bbasic\b/iu.test(asked);
  return { status, ...(said !== '' && { said }), ...(!takesBasic && { signIn: scheme }) };
}

function textOf(value: string | string[] | undefined): string {
  return oneLine([value ?? []].flat().join(', '), 100);
}

/** The fault of a proxy that refused CONNECT; host, port and proxy are not yet in it. */
export function refusalFault({ status, said, signIn }: ProxyRefusal, host: string, proxy: Proxy): Fault {
  const { words, hint } = status === 407 ? signInWords(signIn, proxy) : meaning(status, host);
  const quoted = said === undefined ? '' : `, “${said}”`;
  const passing = [408, 429, 500, 502, 503, 504].includes(status);
  return { reason: `the proxy answered ${status}${quoted}: ${words}`, passing, hint };
}

interface Meaning {
  readonly words: string;
  readonly hint: string;
}

function signInWords(signIn: string | undefined, { variable, authorization }: Proxy): Meaning {
  if (signIn !== undefined) {
    const hint = 'Name a proxy that takes a user name and a password, or one on this machine that signs in for you.';
    return { words: `it asks for ${signIn}, and only Basic is supported`, hint };
  }
  const example = `${variable}=http://USER:PASSWORD@HOST:PORT, with @ as %40 and : as %3A`;
  return authorization === undefined
    ? { words: 'it needs a user name and a password', hint: `Write them as ${example}.` }
    : { words: `it refused the user name and the password in ${variable}`, hint: `Correct them: ${example}.` };
}

function meaning(status: number, host: string): Meaning {
  if (status >= 500) {
    const hint =
      'The proxy looks the name up, not this machine. Check the name, and whether the proxy may reach the host.';
    return { words: 'it could not reach this host, or does not know its name', hint };
  }
  return {
    words: 'it does not permit a connection to this host',
    hint: `Ask the operator of the proxy to permit CONNECT to ${host}, or add the host to NO_PROXY to connect without the proxy.`,
  };
}
