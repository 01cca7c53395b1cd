import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { createApp } from './app.js';
import { type Edge, handleRequest } from './edge.js';
import { Faults } from './faults.js';
import { SimulatorOptionError } from './option-error.js';
import { PageTokens } from './page-tokens.js';
import { readOptions, type SimulatorOptions } from './read-options.js';
import { Refusal } from './refusal.js';
import { RequestLog } from './request-log.js';
import { type Simulation, timestamp } from './simulation.js';
import { readState } from './state.js';
import { StateFile } from './state-file.js';
import { Store } from './store.js';
import { TokenBucket } from './token-bucket.js';
import { Tokens } from './tokens.js';

export { SimulatorOptionError, type SimulatorOptions };

/** A running simulator. `url` has no trailing slash. */
export interface Simulator {
  url: string;
  port: number;
  /** Ends every connection at once, hanging ones too, and writes the state file a last time. */
  close(): Promise<void>;
}

/**
 * Starts a simulator of the CXone speech API (docs/cxone-api.md, docs/simulator.md) on 127.0.0.1.
 * @throws SimulatorOptionError for an option that can't be used, a state file or a port among them.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const settings = readOptions(options);
  const { clock = Date.now, randomId = randomUUID, sleep = realSleep } = options;
  const { org, tier, assume } = settings;
  const context = { org, tier, assume, clock, randomId };
  const faults = new Faults();
  const store = openStore(settings.stateFile, context);
  const tokens = new Tokens(clock, randomId);
  const sim: Simulation = {
    ...context,
    store,
    tokens,
    pageTokens: new PageTokens(randomUUID(), clock, assume.pageTokenTtlMs),
  };
  if (options.faults !== undefined) {
    asOption('--faults', () => faults.replace(options.faults, () => store.snapshot()));
  }
  const requests = new RequestLog();
  const { rateLimitPerMinute, latencyMs } = settings;
  const bucket = rateLimitPerMinute === undefined ? undefined : new TokenBucket(rateLimitPerMinute, clock);
  const app = createApp(sim, requests, faults);
  const server = serve({ sim, app, requests, faults, bucket, latencyMs, sleep });
  const port = await listen(server, settings.port);
  return { url: `http://127.0.0.1:${port}`, port, close: () => close(server, store) };
}

function openStore(
  path: string | undefined,
  { clock, randomId, assume }: Pick<Simulation, 'clock' | 'randomId' | 'assume'>,
): Store {
  const past = { clock, keepMs: Math.max(assume.updateLagMs, assume.getLagMs) };
  const read = (value: unknown) => readState(value, timestamp({ clock }), randomId);
  if (path === undefined) return new Store(read({}), past);
  const file = new StateFile(path);
  const saved = file.load() ?? {};
  return new Store(
    asOption(`--state ${path}`, () => read(saved)),
    past,
    file,
  );
}

/** Runs `read`; what it refuses is told as an option's fault. */
function asOption<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) throw new SimulatorOptionError(`${option}: ${error.message}.`);
    throw error;
  }
}

function serve(edge: Edge): Server {
  return createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    // Only a client that went away, or a bug, gets here: there is nobody to answer in the one case and no answer in the other.
    handleRequest(edge, incoming, outgoing).catch(() => outgoing.destroy());
  });
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new SimulatorOptionError(`--port ${port}: can't listen (${error.message}).`)),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  return address.port;
}

async function close(server: Server, store: Store): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  store.close();
}

/** Does not keep a closed simulator's process alive. */
async function realSleep(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
}
