// The two modules of undici that a client needs, and those that it loads for a proxy. The whole package takes 50 ms to
// load, the two take 20 ms.

declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export = Pool;
}

declare module 'undici/lib/core/connect.js' {
  import { buildConnector } from 'undici';
  export = buildConnector;
}

declare module 'undici/lib/dispatcher/env-http-proxy-agent.js' {
  import { EnvHttpProxyAgent } from 'undici';
  export = EnvHttpProxyAgent;
}

declare module 'undici/lib/api/api-connect.js' {
  import type { Dispatcher } from 'undici';

  function connect(this: Dispatcher, tunnel: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData>;
  export = connect;
}
