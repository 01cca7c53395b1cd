import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { verifyLedger } from '../../src/ledger/verify/verify.js';
import { linesOf } from '../ledger/lines.js';
import { textOf } from './documents.js';
import { engine } from './manifests.js';
import { type Run, type RunOptions, type Started, start } from './program.js';
import { openWorld, until, type World, type WorldOptions } from './world.js';

export const BRANCH = 'cxone-gitops/ledger';

const gitEnvironment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/** A clone of the manifests, and a command line that runs in it. */
export interface Clone {
  readonly root: string;
  git(...args: string[]): string;
  cli(...args: string[]): Promise<Run>;
  cliWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Run>;
  start(...args: string[]): Started;
  startWith(env: Readonly<Record<string, string>>, ...args: string[]): Started;
}

/** A simulator, and manifests in a bare repository that also keeps the ledger. */
export interface GitWorld extends World {
  readonly origin: string;
  /** git in the bare repository. */
  git(...args: string[]): string;
  clone(...args: string[]): Clone;
  /** Subjects of the branch's commits, the first one first. */
  subjects(): string[];
  /** The ledger of an environment, byte for byte. */
  text(environment?: string): string;
  /** A script that the bare repository runs; it gets the paths of two files, `mark` and `go`, as $mark and $go. */
  hook(name: string, script: string): { reached(): Promise<void>; letGo(): void };
}

export interface GitWorldOptions extends WorldOptions {
  /** The names of engines to be created, by environment. */
  readonly engines?: never;
  readonly manifests?: Readonly<Record<string, readonly string[]>>;
  /** Of environment.yaml; the default branch of origin where it says nothing. */
  readonly ledger?: object;
}

/** Opens a world; `closeWorlds` of world.ts ends every one. */
export async function openGitWorld({ manifests = { dev: ['A'] }, ledger, ...options }: GitWorldOptions = {}) {
  const world = await openWorld(options);
  const origin = path.join(world.folder, 'origin.git');
  const git = gitIn(origin);
  mkdirSync(origin);
  git('init', '--quiet', '--bare', '--initial-branch=main');
  let clones = 0;
  const gitWorld: GitWorld = {
    ...world,
    origin,
    git,
    clone(...args) {
      clones += 1;
      const root = path.join(world.folder, `clone-${clones}`);
      git('clone', '--quiet', ...args, `file://${origin}`, root);
      return cloneAt(root);
    },
    subjects: () => git('log', '--reverse', '--format=%s', BRANCH).trim().split('\n'),
    text(environment = 'dev') {
      const names = git('ls-tree', '--name-only', BRANCH, `${environment}/`).trim().split('\n');
      const segments = names.filter((name) => name.endsWith('.jsonl'));
      return segments.map((name) => git('cat-file', 'blob', `${BRANCH}:${name}`)).join('');
    },
    hook(name, script) {
      const [mark, go] = [path.join(origin, `${name}-mark`), path.join(origin, `${name}-go`)];
      const file = path.join(origin, 'hooks', name);
      writeFileSync(file, `#!/bin/sh\nmark='${mark}'\ngo='${go}'\n${script}\n`);
      chmodSync(file, 0o755);
      return {
        reached: () => until(() => isThere(mark)),
        letGo: () => writeFileSync(go, ''),
      };
    },
  };
  const first = gitWorld.clone();
  for (const [environment, names] of Object.entries(manifests)) {
    const spec = {
      baseUrl: world.simulator.url,
      listLag: 'PT0S',
      ledger: ledger ?? { git: {} },
      ...options.environment,
    };
    const settings = { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec };
    const folder = path.join(first.root, 'environments', environment);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'environment.yaml'), JSON.stringify(settings));
    const engines = names.map((name) => JSON.stringify(engine(name)));
    writeFileSync(path.join(folder, 'engines.yaml'), `${engines.join('\n---\n')}\n`);
  }
  first.git('add', '--all');
  first.git('commit', '--quiet', '--message=manifests');
  first.git('push', '--quiet', 'origin', 'HEAD:main');
  return gitWorld;
}

/** Asks the disk, so that others get their turn meanwhile. */
export async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** What a hook does before a push of the branch whose subject matches: says so, and waits until it is let go. */
export function waitingAt(subject: string): string {
  return `while read old new ref; do
  case "$(git log -1 --format=%s "$new")" in
    ${subject.replaceAll(' ', '\\ ')}) touch "$mark"; for i in $(seq 400); do [ -e "$go" ] && break; sleep 0.05; done;;
  esac
done
exit 0`;
}

const credentials = { CXONE_CLIENT_ID: 'ci', CXONE_CLIENT_SECRET: 'simulator-secret' };

function cloneAt(root: string): Clone {
  const startWith = (env: RunOptions['env'], ...args: string[]) =>
    start(args, { cwd: root, env: { ...credentials, ...env } });
  return {
    root,
    git: gitIn(root),
    cli: (...args) => startWith({}, ...args).ended,
    cliWith: (env, ...args) => startWith(env, ...args).ended,
    start: (...args) => startWith({}, ...args),
    startWith,
  };
}

function gitIn(root: string): (...args: string[]) => string {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  return (...args) =>
    execFileSync('git', ['-C', root, ...identity, ...args], {
      env: gitEnvironment,
      encoding: 'utf8',
      stdio: 'pipe',
      maxBuffer: 1 << 28,
    });
}

/**
 * What must hold however runs ended: every engine is there once, each has one DEPLOY in the audit log, the ledger is one
 * chain without anything open, and the branch is one line of commits.
 */
export async function faultsOf(world: GitWorld, names: readonly string[], environment = 'dev'): Promise<string[]> {
  const faults: string[] = [];
  const live = (await world.engines()).map(({ name }) => textOf(name)).toSorted();
  if (live.join() !== names.toSorted().join()) faults.push(`live are ${live.join()}`);
  const targets = (await world.auditLogs()).map(({ targetId }) => textOf(targetId)).toSorted();
  const ids = (await world.engines()).map(({ speechEngineId }) => textOf(speechEngineId)).toSorted();
  if (targets.join() !== ids.join()) faults.push(`audited are ${targets.join()}, not ${ids.join()}`);
  const bytes = Buffer.from(world.text(environment), 'utf8');
  const result = await verifyLedger(linesOf(bytes), { environment });
  if (!result.clean) faults.push(`the ledger: ${JSON.stringify(result)}`);
  const merges = world.git('rev-list', '--min-parents=2', '--count', BRANCH).trim();
  const roots = world.git('rev-list', '--max-parents=0', '--count', BRANCH).trim();
  if (merges !== '0' || roots !== '1') faults.push(`the branch has ${merges} merges and ${roots} roots`);
  return faults;
}
