import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSimulator } from '../../src/simulator/server.js';
import type { Outcome, Subject } from './matrix.js';
import { everything } from './scenario.js';
import { openWire } from './wire.js';

/** Where the built program is, and what it preloads so that its disk can fail. */
export interface Program {
  readonly main: string;
  readonly failingDisk: string;
}

/** A subject whose runs are processes of the built program, by the real clock. `fail` is for its next run. */
export interface RealWorld extends Subject {
  fail(fate: string, entry: number): void;
  close(): Promise<void>;
}

/** Milliseconds after which a run hangs, and is ended. */
const limitMs = 120_000;

export async function openRealWorld({ main, failingDisk }: Program, assume: readonly string[]): Promise<RealWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-kill-'));
  const simulator = await startSimulator({ assume: [...assume] });
  const wire = await openWire(simulator.url);
  const { engines, webhooks, documents } = everything;
  await control(simulator.url, 'PUT', { engines, webhooks });
  await mkdir(path.join(folder, 'environments/dev'), { recursive: true });
  const spec = { baseUrl: wire.url, listLag: 'PT1S' };
  const environment = { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec };
  await write('environment.yaml', [environment]);
  await write('all.yaml', documents);
  let child: ReturnType<typeof spawn> | undefined;
  let diskFate: string | undefined;
  let killed = false;

  async function write(name: string, all: readonly object[]): Promise<void> {
    const text = all.map((one) => JSON.stringify(one)).join('\n---\n');
    await writeFile(path.join(folder, 'environments/dev', name), text);
  }

  async function cli(args: readonly string[]): Promise<Outcome> {
    const fate = diskFate;
    diskFate = undefined;
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      CXONE_CLIENT_ID: 'ci',
      CXONE_CLIENT_SECRET: 'simulator-secret',
      ...(fate === undefined ? {} : { CXONE_TEST_DISK: fate, NODE_OPTIONS: `--import=${failingDisk}` }),
    };
    const reaches = args[0] === 'audit' && args[1] === 'verify' ? [] : ['--timeout', '2'];
    const started = spawn(process.execPath, [main, ...args, ...reaches], { cwd: folder, env });
    child = started;
    const limit = setTimeout(() => started.kill('SIGKILL'), limitMs);
    let [out, err] = ['', ''];
    started.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    started.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
    const code = await new Promise<number | string>((resolve, reject) => {
      started.once('error', reject);
      started.once('close', (exit, signal) => resolve(exit ?? signal ?? 'unknown'));
    });
    clearTimeout(limit);
    return { code, out, err };
  }

  const apply: RealWorld['apply'] = (...args) => cli(['apply', 'dev', '--auto-approve', ...args]);
  const state = async <Row>(member: string): Promise<Row[]> => {
    const all: Record<string, Row[]> = await control(simulator.url, 'GET');
    return all[member] ?? [];
  };
  const world: RealWorld = {
    wire,
    cli,
    apply,
    kill: () => {
      if (killed) return;
      killed = true;
      child?.kill('SIGKILL');
      wire.dead = true;
    },
    mortalApply: async (...args) => {
      killed = false;
      const ended = await apply(...args);
      wire.dead = false;
      return ended.code === 'SIGKILL' ? undefined : ended;
    },
    killAt: ({ when, entry }) => world.fail(when, entry),
    fail: (fate, entry) => {
      diskFate = `${fate} ${entry}`;
    },
    loseLedger: () => rm(path.join(folder, '.cxone-gitops'), { recursive: true, force: true }),
    engines: () => state('engines'),
    webhooks: () => state('webhooks'),
    auditLogs: () => state('auditLogs'),
    ledger: async () => {
      const text = await readFile(path.join(folder, '.cxone-gitops/dev.jsonl'), 'utf8');
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    },
    close: async () => {
      child?.kill('SIGKILL');
      await wire.close();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/** The simulator's state, set or read. */
async function control<Answer>(url: string, method: string, body?: object): Promise<Record<string, Answer>> {
  const response = await fetch(`${url}/_simulator/state`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(await response.text());
  const text = await response.text();
  return text === '' ? {} : JSON.parse(text);
}
