import type { Dispatcher } from 'undici';
import buildConnector from 'undici/lib/core/connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { isLoopbackHost } from '../model/host.js';
import type { Proxy } from '../model/proxy.js';
import { isLoopbackAddress } from './loopback-address.js';
import { onlyLoopback } from './only-loopback.js';
import { openProxyAgent, type ProxyAgent } from './proxy-agent.js';
import { type Route, routeTo } from './route.js';

export interface WaysOptions {
  /** The most connections to one origin at a time. */
  readonly connections: number;
  /** For one request; a connection has 10 s of it at most. */
  readonly timeoutMs: number;
  /** How to open a socket, where not as usual. */
  readonly connect?: buildConnector.connector;
  /** For hosts off loopback that its `noProxy` does not name. */
  readonly proxy?: Proxy;
}

const maxConnectMs = 10_000;

/** What sends requests to an origin, and the route that they take, known once a request was dispatched. */
export interface Way {
  readonly dispatcher: Dispatcher;
  readonly route: () => Route;
}

export interface Ways {
  to(origin: string): Promise<Way>;
  /** Closes every connection. */
  close(): Promise<void>;
}

/** A pool for each origin, or the one agent of the proxy. Loopback is never reached through a proxy. */
export function openWays(options: WaysOptions): Ways {
  const { connections, proxy } = options;
  const connectMs = Math.min(options.timeoutMs, maxConnectMs);
  const connect = options.connect ?? buildConnector({ timeout: connectMs });
  const pools = new Map<string, Dispatcher>();
  let agent: Promise<ProxyAgent> | undefined;
  const directTo = (origin: string): Way => {
    const pool =
      pools.get(origin) ??
      new Pool(origin, {
        connections,
        pipelining: 1,
        connect: origin.startsWith('http:') ? onlyLoopback(connect) : connect,
      });
    pools.set(origin, pool);
    return { dispatcher: pool, route: () => routeTo(origin) };
  };
  return {
    async to(origin) {
      if (proxy === undefined || isLocal(new URL(origin))) return directTo(origin);
      agent ??= openProxyAgent(proxy, { connect, connections, connectMs });
      const { dispatcher, isDirect } = await agent;
      return { dispatcher, route: () => routeTo(origin, isDirect(origin) ? undefined : proxy) };
    },
    async close() {
      const opened = agent === undefined ? [] : [(await agent).dispatcher];
      await Promise.all([...pools.values(), ...opened].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

/** Plain http ends on loopback whatever its host is called. */
function isLocal({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' || isLoopbackHost(hostname) || isLoopbackAddress(hostname.replace(/^\[|\]$/gu, ''));
}
