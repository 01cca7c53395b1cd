import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built program. */
export const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** A run that hangs is ended. On a machine that others use, too, a run of a second has taken half a minute. */
const limitMs = 120_000;
const running = new Set<ChildProcess>();

/** How a run of the built program ended. */
export interface Run {
  /** The exit code; the signal where one ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What stdin holds; it is never a terminal. */
  readonly input?: string;
  /** A descriptor for stdout in place of a pipe: what goes there is not in the run. */
  readonly stdout?: number | undefined;
  /** The same for stderr. */
  readonly stderr?: number | undefined;
}

/** A run that has not ended. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Run>;
}

/**
 * Runs dist/main.js to its end, as a user's shell would. Whatever it is run for, it must show no stack trace and none of
 * the secrets in its environment; both fail the test here.
 */
export async function run(args: readonly string[], options: RunOptions): Promise<Run> {
  return start(args, options).ended;
}

/** Starts dist/main.js, for tests that do something to it meanwhile. */
export function start(args: readonly string[], options: RunOptions): Started {
  const { cwd, input = '' } = options;
  const stdio = ['pipe', options.stdout ?? 'pipe', options.stderr ?? 'pipe'] as const;
  // Without the `--` Node 20 reads `--env-file` for itself (nodejs/node#54232).
  const child: ChildProcess = spawn(process.execPath, ['--', main, ...args], {
    cwd,
    env: variablesOf(options),
    stdio: [...stdio],
  });
  running.add(child);
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  // It may end before it has read its input.
  child.stdin?.on('error', () => undefined).end(input);
  const ended = new Promise<Run>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ code: code ?? signal ?? 'unknown', stdout, stderr });
    });
  });
  return { child, ended: ended.then((result) => checkedRun(args, result, options)) };
}

/** All variables of a run: nothing of the developer's environment gets in but where git is. */
export function variablesOf({ cwd, env = {} }: RunOptions): Readonly<Record<string, string>> {
  return { PATH: process.env['PATH'] ?? '', HOME: cwd, TZ: 'UTC', GIT_CONFIG_NOSYSTEM: '1', ...env };
}

/** The run, unless it showed a stack trace or a secret: throws then. */
export function checkedRun(args: readonly string[], result: Run, { env = {} }: RunOptions): Run {
  const fault = faultOf(result, env);
  if (fault === undefined) return result;
  throw new Error(`cxone-gitops ${args.join(' ')}: ${fault}\n${result.stdout}\n${result.stderr}`);
}

/** Ends what a test that failed left running. */
export function endRuns(): void {
  for (const child of running) child.kill('SIGKILL');
}

function faultOf({ stdout, stderr }: Run, env: Readonly<Record<string, string>>): string | undefined {
  const printed = `${stdout}\n${stderr}`;
  if (/^\s*at .*(\.js|node:\w+):\d+/mu.test(printed)) return 'it printed a stack trace';
  if (/\bsim-[0-9a-f]{8}-/u.test(printed)) return 'it printed an access token';
  const secret = Object.entries(env).find(
    ([name, value]) => /SECRET|CXONE_WEBHOOK/u.test(name) && value.length >= 8 && formsOf(value).some(isPrinted),
  );
  return secret === undefined ? undefined : `it printed the value of ${secret[0]}`;

  function isPrinted(form: string): boolean {
    return printed.includes(form);
  }
}

/** A secret as it could leak: raw, base64 and URL-encoded. */
export function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret, 'utf8').toString('base64').replace(/=+$/u, '');
  return [secret, base64, encodeURIComponent(secret)];
}
