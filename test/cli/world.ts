import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/server.js';
import { endRuns, type Run, type RunOptions, run, type Started, start } from './program.js';

/** JSON that a test may walk into: what is not there is undefined, and the test fails. */
export interface Loose {
  readonly [name: string]: Loose;
  readonly [index: number]: Loose;
}

/** A request as the simulator recorded it; `body` is loose on purpose. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly body: Loose & { readonly trafficSplit?: number };
  readonly status: number | null;
}

export interface WorldOptions extends SimulatorOptions {
  /** Merged into the `spec` of environment.yaml. */
  readonly environment?: Readonly<Record<string, unknown>>;
  /** Live engines, as the simulator's state holds them. */
  readonly engines?: readonly object[];
}

/** A folder of manifests whose environment `dev` is at a simulator, and a command line that runs there. */
export interface World {
  readonly folder: string;
  readonly simulator: Simulator;
  /** Runs `cxone-gitops` in the folder with good credentials. */
  cli(...args: string[]): Promise<Run>;
  /** The same in this process, for what is asked again and again; no process can be killed so. */
  inside(...args: string[]): Promise<Run>;
  /** As `cli`, with other variables. */
  cliWith(options: Omit<RunOptions, 'cwd'>, ...args: string[]): Promise<Run>;
  start(...args: string[]): Started;
  /** As `start`, with other variables. */
  startWith(options: Omit<RunOptions, 'cwd'>, ...args: string[]): Started;
  /** Writes documents of one file, below the manifests' root; the environment's folder is `dev`. */
  write(file: string, ...documents: object[]): Promise<void>;
  read(file: string): Promise<string>;
  control(method: string, path: string, body?: unknown): Promise<Loose>;
  faults(...rules: object[]): Promise<void>;
  /** All that arrived since the start or the last `forget`. */
  requests(): Promise<Recorded[]>;
  /** The same without what only reads and without tokens: `POST /engines`, `PATCH /engines/ID`, `POST /audit`. */
  writes(): Promise<Recorded[]>;
  forget(): Promise<void>;
  engines(): Promise<Loose[]>;
  auditLogs(): Promise<Loose[]>;
  /** The entries of the ledger of `dev`. */
  ledger(): Promise<Loose[]>;
}

const credentials = { CXONE_CLIENT_ID: 'ci', CXONE_CLIENT_SECRET: 'simulator-secret' };

const opened: World[] = [];

/** Opens a world. `closeWorlds` ends every one. */
export async function openWorld({ environment = {}, engines = [], ...options }: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-cli-'));
  const simulator = await startSimulator(options);
  const control: World['control'] = async (method, target, body) => {
    const response = await fetch(`${simulator.url}/_simulator/${target}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${target}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const requests = async () => list<Recorded>(await control('GET', 'requests'));
  const state = async (member: string) => list<Loose>((await control('GET', 'state'))[member]);
  const cwd = folder;
  const world: World = {
    folder,
    simulator,
    cli: (...args) => run(args, { cwd, env: credentials }),
    // The program's own code is loaded by those tests alone that want it.
    inside: async (...args) => (await import('./run-inside.js')).runInside(args, { cwd, env: credentials }),
    cliWith: ({ env, ...rest }, ...args) => run(args, { cwd, env: { ...credentials, ...env }, ...rest }),
    start: (...args) => start(args, { cwd, env: credentials }),
    startWith: ({ env, ...rest }, ...args) => start(args, { cwd, env: { ...credentials, ...env }, ...rest }),
    write: (file, ...documents) => writeDocuments(path.join(folder, 'environments', file), documents),
    read: (file) => readFile(path.join(folder, file), 'utf8'),
    control,
    faults: async (...rules) => void (await control('PUT', 'faults', rules)),
    requests,
    writes: async () => (await requests()).filter(({ method, path: at }) => method !== 'GET' && at !== '/oauth/token'),
    forget: async () => void (await control('DELETE', 'requests')),
    engines: () => state('engines'),
    auditLogs: () => state('auditLogs'),
    ledger: async () => {
      const text = await readFile(path.join(folder, '.cxone-gitops/dev.jsonl'), 'utf8');
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    },
  };
  opened.push(world);
  // Nothing lags behind here unless a test says so.
  const spec = { baseUrl: simulator.url, listLag: 'PT0S', ...environment };
  await world.write('dev/environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
  if (engines.length > 0) await control('PUT', 'state', { engines });
  return world;
}

export async function closeWorlds(): Promise<void> {
  endRuns();
  await Promise.all(
    opened.splice(0).map(async ({ simulator, folder }) => {
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    }),
  );
}

/** Asks again and again, over loopback, until it is so; fails after half a minute. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await isSo())) if (performance.now() > end) throw new Error('it never came to that');
}

/** JSON is YAML, so documents need no writer of their own. */
async function writeDocuments(file: string, documents: readonly object[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, documents.map((document) => `${JSON.stringify(document, null, 2)}\n`).join('---\n'));
}

function list<Item>(value: unknown): Item[] {
  if (!Array.isArray(value)) throw new Error(`not a list: ${JSON.stringify(value)}`);
  return value;
}
