import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../../src/cli.js';
import type { Context } from '../../src/commands/context.js';
import { reportError } from '../../src/commands/output/report-error.js';
import { openMask } from '../../src/model/mask.js';
import { plainPaint } from '../../src/report/paint.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import { disk } from './disk.js';
import { openWire, type Wire } from './wire.js';

interface FakeClock {
  now: number;
  /** How far the program's clock is ahead of the simulator's, in milliseconds. */
  skew: number;
  slept: number[];
  /** The waits of a run that is dead take no time of anybody else. */
  stopped: boolean;
  /** How far the clock of a dead run has gone on, in milliseconds. */
  afterlife: number;
}

/** An engine as the simulator holds it. */
export interface LiveEngine {
  readonly speechEngineId: string;
  readonly name: string;
  readonly version: string;
  readonly trafficSplit: number;
  readonly description: string;
  readonly audioProcessingOptions: unknown;
}

export interface LiveWebhook {
  readonly webhookId: string;
  readonly name: string;
  readonly callbackUrl: string;
}

export interface AuditRow {
  readonly logId: string;
  readonly targetId: string;
  readonly action: string;
  readonly payloadHash: string;
  readonly timestamp: string;
}

export interface Scenario {
  readonly engines?: readonly object[];
  readonly webhooks?: readonly object[];
  readonly documents: readonly object[];
  readonly assume?: readonly string[];
  /** ISO 8601; the simulator's own lag is an assumption of its own. */
  readonly listLag?: string;
  /** Seconds that a request may take, by the real clock; 1 where nothing is said, so that what hangs ends soon. */
  readonly timeout?: number;
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * The program, in this process, a simulator and a wire between them, all by one clock on which waiting takes no time.
 * Time-outs of requests are real: `--timeout 1`.
 */
export interface World {
  readonly wire: Wire;
  readonly clock: FakeClock;
  /** Runs `cxone-gitops` in the environment's folder. */
  cli(args: readonly string[], context?: Partial<Context>): Promise<Ended>;
  /** The same without the options that say where and how long. */
  bare(args: readonly string[], context?: Partial<Context>): Promise<Ended>;
  apply(...args: string[]): Promise<Ended>;
  /**
   * An apply that is killed when it sends a request for which `at` is true: from then on nothing gets through, and what
   * it writes to its ledger after that instant is undone. With `after`, that request itself is still done.
   */
  killedApply(at: (passing: string) => boolean, after: boolean, args?: readonly string[]): Promise<void>;
  /**
   * Kills the run that is going on: from now on nothing gets through, and what it writes to its ledger is undone. With
   * 'power' the machine dies with it, and what no fsync has made durable is lost too (for files that mock `faultyFs`).
   */
  kill(how?: 'power'): void;
  /** An apply during which `kill` may be called; undefined when it was. */
  mortalApply(...args: string[]): Promise<Ended | undefined>;
  loseLedger(): Promise<void>;
  manifests(...documents: object[]): Promise<void>;
  engines(): Promise<LiveEngine[]>;
  webhooks(): Promise<LiveWebhook[]>;
  auditLogs(): Promise<AuditRow[]>;
  change(id: string, members: object): Promise<void>;
  ledger(): Promise<Record<string, unknown>[]>;
  file(name: string): string;
  close(): Promise<void>;
}

const opened: (() => Promise<void>)[] = [];

export async function closeWorlds(): Promise<void> {
  await Promise.all(opened.splice(0).map((close) => close()));
}

export async function openWorld(scenario: Scenario): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-faults-'));
  const clock: FakeClock = {
    now: Date.parse('2026-01-31T12:00:00Z'),
    skew: 0,
    slept: [],
    stopped: false,
    afterlife: 0,
  };
  const simulator = await startSimulator({ assume: [...(scenario.assume ?? [])], clock: () => clock.now });
  const wire = await openWire(simulator.url);
  const close = async () => {
    await wire.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  };
  opened.push(close);
  const { engines = [], webhooks = [], listLag = 'PT5S' } = scenario;
  await control(simulator, 'PUT', 'state', { engines, webhooks });
  const file = (name: string) => path.join(folder, name);
  const ledgerFile = file('.cxone-gitops/dev.jsonl');
  const write = async (name: string, ...documents: object[]) => {
    await mkdir(file('environments/dev'), { recursive: true });
    await writeFile(file(`environments/dev/${name}`), documents.map((one) => JSON.stringify(one)).join('\n---\n'));
  };
  const spec = { baseUrl: wire.url, listLag };
  await write('environment.yaml', { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec });
  await write('all.yaml', ...scenario.documents);

  const bare: World['bare'] = async (args, context = {}) => {
    const out: string[] = [];
    const err: string[] = [];
    const whole: Context = { ...world(folder, clock), out: printer(out), err: printer(err), ...context };
    const format = args.includes('json') ? 'json' : 'text';
    // As the process edge does it.
    const code = await runCli(args, whole).catch((error: unknown) => reportError(whole, error, { format }));
    return { code, out: out.join(''), err: err.join('') };
  };
  const cli: World['cli'] = (args, context) => {
    const ledger = args.includes('--ledger') ? [] : ['--ledger', file('.cxone-gitops')];
    const at = ['--root', file('environments'), ...ledger];
    const limit = args[0] === 'audit' || args.includes('--timeout') ? [] : ['--timeout', String(scenario.timeout ?? 1)];
    return bare([...args, ...at, ...limit], context);
  };
  const apply = (...args: string[]) => cli(['apply', 'dev', '--auto-approve', ...args]);
  const state = async <Row>(member: string): Promise<Row[]> => {
    const all: Record<string, Row[]> = await control(simulator, 'GET', 'state');
    return all[member] ?? [];
  };
  let left: Buffer | undefined;
  const kill: World['kill'] = (how) => {
    if (wire.dead) return;
    wire.dead = true;
    clock.stopped = true;
    left = how === 'power' ? disk.synced.get(ledgerFile) : bytesOf(ledgerFile);
  };
  const mortalApply: World['mortalApply'] = async (...args) => {
    const ended = await apply(...args);
    if (!wire.dead) return ended;
    wire.dead = false;
    clock.stopped = false;
    clock.afterlife = 0;
    if (left === undefined) await rm(ledgerFile, { force: true });
    else await writeFile(ledgerFile, left);
    return undefined;
  };
  return {
    wire,
    clock,
    cli,
    bare,
    apply,
    killedApply: async (at, after, args = []) => {
      wire.fate = ({ method, path: where }) => {
        if (!at(`${method} ${where}`)) return undefined;
        kill();
        return after ? 'cut-after' : 'cut-before';
      };
      const ended = await mortalApply(...args);
      wire.fate = () => undefined;
      if (ended !== undefined) throw new Error('it was never killed');
    },
    kill,
    mortalApply,
    loseLedger: () => rm(path.dirname(ledgerFile), { recursive: true, force: true }),
    manifests: (...documents) => write('all.yaml', ...documents),
    engines: () => state('engines'),
    webhooks: () => state('webhooks'),
    auditLogs: () => state('auditLogs'),
    change: async (id, members) => void (await control(simulator, 'PATCH', `engines/${id}`, members)),
    ledger: async () => {
      const text = await readFile(ledgerFile, 'utf8');
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    },
    file,
    close: async () => {
      const at = opened.indexOf(close);
      if (at !== -1) await opened.splice(at, 1)[0]?.();
    },
  };
}

function world(folder: string, clock: FakeClock): Omit<Context, 'out' | 'err'> {
  return {
    version: '0.0.0',
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      CXONE_CLIENT_ID: 'ci',
      CXONE_CLIENT_SECRET: 'simulator-secret',
      GIT_CEILING_DIRECTORIES: tmpdir(),
    },
    clock: {
      now: () => clock.now + clock.skew + clock.afterlife,
      sleep: async (ms) => {
        if (clock.stopped) clock.afterlife += ms;
        else clock.now += ms;
        clock.slept.push(ms);
      },
    },
    startedAt: clock.now + clock.skew,
    random: { uuid: () => randomUUID(), fraction: () => 0.5, salt: () => '5a'.repeat(16), seed: () => '5b'.repeat(32) },
    pid: process.pid,
    hostname: 'here',
    // Whoever held the lock is dead: runs of one world follow each other.
    isAlive: () => false,
    interrupt: new AbortController().signal,
    secrets: openMask(),
    confirm: undefined,
    ask: undefined,
  };
}

/** At once, so that nothing is written meanwhile. */
function bytesOf(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}

function printer(lines: string[]): Context['out'] {
  return { page: { paint: plainPaint, width: 100 }, isTerminal: false, write: (text) => void lines.push(text) };
}

async function control<Answer>(simulator: Simulator, method: string, target: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${simulator.url}/_simulator/${target}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`${method} ${target}: ${await response.text()}`);
  // Sound: the simulator's control paths answer with what its documents say, and a test that misreads it fails.
  return (await response.json()) as Answer;
}
