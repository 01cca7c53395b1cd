import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, onTestFinished } from 'vitest';
import { openPlumbing } from '../../../src/git/plumbing.js';
import { branchLedger } from '../../../src/ledger/branch/branch-ledger.js';
import type { BranchLedgerOptions } from '../../../src/ledger/branch/branch-options.js';
import { type Ledger, openLedger } from '../../../src/ledger/open-ledger.js';
import { type VerifyResult, verifyLedger } from '../../../src/ledger/verify/verify.js';
import type { Clock } from '../../../src/model/clock.js';
import { cleanEnvironment } from '../../git/repository.js';
import { ENDPOINT, START } from '../sample.js';

export const BRANCH = 'cxone-gitops/ledger';

/** A clone whose remote `origin` is a bare repository, both in a temporary folder that is gone after the test. */
export interface Clone {
  readonly root: string;
  git(...args: string[]): string;
  /** git by a shell, in the folder. */
  run(command: string): string;
  write(file: string, text: string): void;
}

export interface BranchWorld {
  /** The bare repository. */
  readonly origin: Clone;
  clone(...args: string[]): Clone;
}

export function branchWorld(format: 'sha1' | 'sha256' = 'sha1'): BranchWorld {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'branch-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const origin = cloneAt(path.join(folder, 'origin.git'));
  mkdirSync(origin.root);
  origin.git('init', '--quiet', '--bare', '--initial-branch=main', `--object-format=${format}`);
  origin.git('config', 'user.name', 'Ada');
  origin.git('config', 'user.email', 'ada@example.com');
  let clones = 0;
  const clone = (...args: string[]) => {
    clones += 1;
    const made = cloneAt(path.join(folder, `clone-${clones}`));
    origin.git('clone', '--quiet', ...args, `file://${origin.root}`, made.root);
    return made;
  };
  const first = format === 'sha1' ? clone() : cloneAt(path.join(folder, 'first'));
  if (format !== 'sha1') {
    // A clone of an empty repository would be of the other kind.
    origin.git('init', '--quiet', '--initial-branch=main', `--object-format=${format}`, first.root);
    first.git('remote', 'add', 'origin', origin.root);
  }
  first.write('environments/prod/environment.yaml', 'kind: Environment\n');
  first.git('add', '--all');
  first.git('commit', '--quiet', '--message=manifests');
  first.git('push', '--quiet', 'origin', 'HEAD:main');
  return { origin, clone };
}

function cloneAt(root: string): Clone {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  return {
    root,
    git: (...args) =>
      execFileSync('git', ['-C', root, ...identity, ...args], {
        env: cleanEnvironment,
        encoding: 'utf8',
        stdio: 'pipe',
        maxBuffer: 1 << 28,
      }),
    run: (command) =>
      execFileSync('sh', ['-c', `git ${command}`], { cwd: root, env: cleanEnvironment, encoding: 'utf8' }),
    write(file, text) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    },
  };
}

/** A clock that moves when it is told to: who sleeps, sleeps until then. */
export function steppedClock(start = START) {
  let time = start;
  let sleepers: { at: number; wake: () => void }[] = [];
  const clock: Clock & { advance(ms: number): Promise<void>; set(to: number): void; sleeping(): number } = {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const sleeper = { at: time + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
    async advance(ms) {
      time += ms;
      const due = sleepers.filter(({ at }) => at <= time);
      sleepers = sleepers.filter(({ at }) => at > time);
      for (const { wake } of due) wake();
    },
    set: (to) => {
      time = to;
    },
    sleeping: () => sleepers.length,
  };
  return clock;
}

/** A clock on which no time passes for whoever sleeps but the heartbeat, which never wakes by itself. */
export function quickClock(start = START) {
  let time = start;
  const slept: number[] = [];
  const clock: Clock & { readonly slept: number[]; advance(ms: number): void } = {
    slept,
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
    sleep: (ms, signal) => {
      if (ms > 10_000)
        return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
      slept.push(ms);
      time += ms;
      return Promise.resolve();
    },
  };
  return clock;
}

let runs = 0;

export function branchOptions(clone: Clone, more: Partial<BranchLedgerOptions> = {}): BranchLedgerOptions {
  runs += 1;
  const run = `run-${runs}`;
  return {
    git: openPlumbing(cleanEnvironment),
    folder: path.join(clone.root, 'environments'),
    remote: 'origin',
    branch: BRANCH,
    environment: 'prod',
    clock: quickClock(),
    random: { uuid: () => run, fraction: () => 0.5 },
    claimed: { actor: 'ada', run: 'https://ci.example.com/runs/7' },
    pid: 4242,
    hostname: 'runner',
    isAlive: () => true,
    interrupt: new AbortController().signal,
    say: () => undefined,
    ...more,
  };
}

export function openBranch(options: BranchLedgerOptions): Promise<Ledger> {
  return openLedger({
    store: branchLedger(options),
    environment: options.environment,
    endpoint: ENDPOINT,
    clock: options.clock,
    randomId: () => 'ledger-1',
  });
}

/** Opens the ledger, lets `work` write, and closes it. */
export async function inBranch<T>(options: BranchLedgerOptions, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openBranch(options);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

export function verifyBranch(options: BranchLedgerOptions): Promise<VerifyResult> {
  return verifyLedger(branchLedger(options).read(), { environment: options.environment });
}

/** Names of the files that the branch has below a folder. */
export function filesOn(origin: Clone, folder = 'prod'): string[] {
  return origin.git('ls-tree', '--name-only', BRANCH, `${folder}/`).trim().split('\n');
}

/** Puts files on the branch, beside those that are there, by hand. */
export function commitFiles(clone: Clone, files: Readonly<Record<string, string>>): void {
  clone.git('fetch', '--quiet', 'origin');
  const exists = clone.git('ls-remote', 'origin', `refs/heads/${BRANCH}`) !== '';
  if (exists) clone.git('switch', '--quiet', '-C', 'hand', `origin/${BRANCH}`);
  else clone.git('switch', '--quiet', '--orphan', 'hand');
  for (const [name, text] of Object.entries(files)) clone.write(name, text);
  clone.git('add', '--force', ...Object.keys(files));
  clone.git('commit', '--quiet', '--message=by hand');
  clone.git('push', '--quiet', 'origin', `HEAD:refs/heads/${BRANCH}`);
  clone.git('switch', '--quiet', 'main');
}

const opened: Ledger[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((ledger) => ledger.close()));
});

/** Opens the ledger; it is closed after the test, if not before. */
export async function held(...args: Parameters<typeof branchOptions>): Promise<Ledger> {
  const ledger = await openBranch(branchOptions(...args));
  opened.push(ledger);
  return ledger;
}
