import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { Context, Printer } from './commands/context.js';
import { flagWord } from './commands/options/flag-word.js';
import { openPrompts } from './commands/prompts.js';
import type { ExitCode } from './model/exit-code.js';
import { openMask } from './model/mask.js';
import type { Paint } from './report/paint.js';
import { plainPaint } from './report/paint.js';

declare const __VERSION__: string;

// The process edge: the only file that touches `process`. Everything else is given a Context.
const args = process.argv.slice(2);
const interrupt = new AbortController();
const secrets = openMask();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal));
for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
process.on('uncaughtException', (error) => void fail(error).finally(() => process.exit(process.exitCode ?? 70)));

const colourPaint: Paint = {
  bold: (text) => styleText('bold', text, { validateStream: false }),
  dim: (text) => styleText('dim', text, { validateStream: false }),
  red: (text) => styleText('red', text, { validateStream: false }),
  green: (text) => styleText('green', text, { validateStream: false }),
  yellow: (text) => styleText('yellow', text, { validateStream: false }),
  cyan: (text) => styleText('cyan', text, { validateStream: false }),
};

const context: Context = {
  version: __VERSION__,
  cwd: process.cwd(),
  env: process.env,
  startedAt: Date.now(),
  clock: { now: Date.now, sleep: async (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined) },
  random: {
    uuid: () => crypto.randomUUID(),
    fraction: Math.random,
    salt: () => randomHex(16),
    seed: () => randomHex(32),
  },
  pid: process.pid,
  hostname: hostname(),
  isAlive,
  interrupt: interrupt.signal,
  out: printer(process.stdout),
  err: printer(process.stderr),
  secrets,
  ...openPrompts({
    input: process.stdin,
    output: process.stderr,
    interrupt: interrupt.signal,
    coloured: colours(process.stderr),
  }),
};

try {
  process.exitCode = await run();
} catch (error) {
  await fail(error);
}

/** Asked for its version alone, the program answers before it loads anything. */
async function run(): Promise<ExitCode> {
  const [only, ...others] = args;
  if (others.length === 0 && (only === '--version' || only === '-V')) {
    context.out.write(`${context.version}\n`);
    return 0;
  }
  const { runCli } = await import('./cli.js');
  return runCli(args, context);
}

/** The last line of defence: whatever is thrown is shown without a stack trace, and is a bug unless it is a KnownError. */
async function fail(error: unknown): Promise<void> {
  const { reportError } = await import('./commands/output/report-error.js');
  process.exitCode = await reportError(context, error, {
    format: requestedFormat(),
    verbose: args.includes('--verbose') || flagWord(process.env['CXONE_GITOPS_VERBOSE'] ?? '') === true,
  });
}

/** Also known where the arguments could not be parsed. */
function requestedFormat(): string {
  const at = args.lastIndexOf('--format');
  const joined = args.findLast((arg) => arg.startsWith('--format='))?.slice('--format='.length);
  return joined ?? (at === -1 ? (process.env['CXONE_GITOPS_FORMAT'] ?? 'text') : (args[at + 1] ?? 'text'));
}

/** The first signal lets requests in flight end; the second ends the process. */
function stop(signal: 'SIGINT' | 'SIGTERM'): void {
  if (interrupt.signal.aborted) process.exit(130);
  interrupt.abort(signal);
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function printer(stream: NodeJS.WriteStream): Printer {
  const paint = colours(stream) ? colourPaint : plainPaint;
  return {
    page: { paint, width: Math.max(40, stream.columns > 0 ? stream.columns : 100) },
    isTerminal: stream.isTTY && process.env['TERM'] !== 'dumb',
    write: (text) => void stream.write(secrets.apply(text)),
  };
}

/** FORCE_COLOR, NO_COLOR, then whether it is a terminal; `--no-color` wins. */
function colours(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM, CXONE_GITOPS_NO_COLOR } = process.env;
  if (args.includes('--no-color') || flagWord(CXONE_GITOPS_NO_COLOR ?? '') === true) return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return stream.isTTY && !NO_COLOR && TERM !== 'dumb';
}

function randomHex(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
