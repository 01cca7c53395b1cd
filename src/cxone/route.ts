import { isLoopbackHost } from '../model/host.js';
import type { Proxy } from '../model/proxy.js';
import type { Fault } from './exchange.js';

/** The way that a request takes. */
export interface Route {
  /** `host:port` of the server. */
  readonly host: string;
  readonly isLoopback: boolean;
  /** Without TLS. */
  readonly isPlain: boolean;
  /** Absent where the connection goes to the server itself. */
  readonly proxy?: Proxy;
}

/** The route to an origin, through a proxy or without one. */
export function routeTo(origin: string, proxy?: Proxy): Route {
  const { hostname, port, protocol } = new URL(origin);
  return {
    host: `${hostname}:${port === '' ? (protocol === 'http:' ? '80' : '443') : port}`,
    isLoopback: isLoopbackHost(hostname),
    isPlain: protocol === 'http:',
    ...(proxy !== undefined && { proxy }),
  };
}

/** The fault with host and port in its reason, and with the proxy where there is one. */
export function placed(fault: Fault, { host, proxy }: Route): Fault {
  const way = proxy === undefined ? `${host}, no proxy` : `${host}, through the proxy ${proxy.host}`;
  return { ...fault, reason: `${fault.reason} (${way})` };
}
