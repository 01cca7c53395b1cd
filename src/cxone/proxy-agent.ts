import { isIP } from 'node:net';
import type { buildConnector as Connect, Dispatcher, Pool as UndiciPool } from 'undici';
import buildConnector from 'undici/lib/core/connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Proxy } from '../model/proxy.js';
import { ProxyError, proxyRefusal } from './proxy-error.js';

export interface ProxyAgentOptions {
  /** Opens a socket to a server itself, where NO_PROXY names its host. */
  readonly connect: Connect.connector;
  /** The most connections to one server at a time. */
  readonly connections: number;
  /** For each step to a server: to the proxy, to its answer, and to the end of the TLS handshake behind it. */
  readonly connectMs: number;
}

/** Sends requests through a proxy, or past it where NO_PROXY says so. */
export interface ProxyAgent {
  readonly dispatcher: Dispatcher;
  /** Whether an origin that a request was dispatched to is reached without the proxy. */
  readonly isDirect: (origin: string) => boolean;
}

/**
 * undici's own EnvHttpProxyAgent, given every value, so that it reads nothing of `process.env`. It decides by NO_PROXY and
 * opens a tunnel by CONNECT for each connection. It is loaded here: most runs have no proxy.
 */
export async function openProxyAgent(proxy: Proxy, options: ProxyAgentOptions): Promise<ProxyAgent> {
  const { connect, connections, connectMs: timeout } = options;
  const [{ default: EnvHttpProxyAgent }, { default: ask }] = await Promise.all([
    import('undici/lib/dispatcher/env-http-proxy-agent.js'),
    import('undici/lib/api/api-connect.js'),
  ]);
  const direct = new Set<string>();
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: '',
    httpsProxy: proxy.url,
    noProxy: proxy.noProxy,
    ...(proxy.authorization !== undefined && { token: proxy.authorization }),
    connect,
    connections,
    pipelining: 1,
    requestTls: { timeout },
    // A pool is made before its first connection: whoever asks about a failed connection finds its origin here.
    factory: (origin: URL | string, settings: UndiciPool.Options) => {
      if (settings.connect === connect) direct.add(String(origin));
      return new Pool(origin, settings);
    },
    clientFactory: (url) => openProxyClient(url, timeout, ask),
  });
  return { dispatcher, isDirect: (origin) => direct.has(origin) };
}

type Ask = (this: Dispatcher, tunnel: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData>;

/** Connects to the proxy and asks for tunnels; every failure is a ProxyError. */
function openProxyClient(url: URL, timeout: number, ask: Ask): Dispatcher {
  const connector = buildConnector({ timeout });
  const pool = new Pool(url, {
    headersTimeout: timeout,
    // undici names the host of the proxy here. An address is no server name (RFC 6066), and Node warns of it.
    connect: ({ servername = '', ...target }, callback) =>
      connector(isIP(servername) === 0 ? { ...target, servername } : target, callback),
  });
  return Object.assign(pool, {
    async connect(tunnel: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
      const answer = await ask.call(pool, tunnel).catch((cause: unknown) => {
        throw new ProxyError(cause instanceof Error ? { cause } : {});
      });
      if (answer.statusCode === 200) return answer;
      answer.socket.on('error', () => undefined).destroy();
      throw new ProxyError({ refusal: proxyRefusal(answer.statusCode, answer.headers) });
    },
  });
}
