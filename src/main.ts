import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, Printer } from './commands/context.js';
import { flagWord } from './commands/options/flag-word.js';
import { closeLostTerminals } from './commands/output/close-lost-terminals.js';
import { lostOutput } from './commands/output/lost-output.js';
import { type Output, openOutput } from './commands/output/output.js';
import { hasColours, terminalPaint } from './commands/output/terminal-paint.js';
import { openPrompts } from './commands/prompts.js';
import { onStopSignal, stopSignals } from './commands/stop-signals.js';
import { ExitCode } from './model/exit-code.js';
import { errnoOf, fileFault } from './model/file-fault.js';
import { KnownError } from './model/known-error.js';
import { openMask } from './model/mask.js';

declare const __VERSION__: string;

// The process edge: the only file that touches `process`. Everything else is given a Context.
const args = process.argv.slice(2);
const interrupt = new AbortController();
const secrets = openMask();
/** The first exception that nobody caught. */
let bug: { readonly error: unknown } | undefined;
/** Nothing is in flight any more; output may still wait for its reader. */
let isOver = false;
process.on('exit', closeLostTerminals());
process.on('uncaughtException', (error) => void onBug(error));
process.once('beforeExit', () => void (bug === undefined || isOver ? undefined : end(bug.error)));

const onSignal = onStopSignal({
  now: () => performance.now(),
  stop: (signal) => interrupt.abort(signal),
  end: () => process.exit(ExitCode.interrupted),
});
for (const signal of stopSignals) {
  process.on(signal, () => (isOver || bug !== undefined ? process.exit(ExitCode.interrupted) : onSignal(signal)));
}

const out = openOutput(process.stdout, secrets.apply);
const err = openOutput(process.stderr, secrets.apply);
const cwd = currentFolder();

const context: Context = {
  version: __VERSION__,
  get cwd() {
    if (typeof cwd === 'string') return cwd;
    throw cwd;
  },
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
  out: printer(out),
  err: printer(err),
  secrets,
  ...openPrompts({
    input: process.stdin,
    output: err.stream,
    gone: err.gone,
    interrupt: interrupt.signal,
    coloured: hasColours(args, process.env, err.stream.isTTY),
  }),
};

try {
  await finish(await run());
} catch (error) {
  await end(error);
}

/** Asked for its version alone, the program answers before it loads anything. */
async function run(): Promise<ExitCode> {
  const [only, ...others] = args;
  if (others.length === 0 && (only === '--version' || only === '-V')) {
    context.out.write(`${context.version}\n`);
    return ExitCode.done;
  }
  const { runCli } = await import('./cli.js');
  return runCli(args, context);
}

/** The last line of defence: whatever is thrown is shown without a stack trace, and is a bug unless it is a KnownError. */
async function report(error: unknown, format: string): Promise<ExitCode> {
  const reporter = await import('./commands/output/report-error.js').catch((cause: unknown) => {
    reportOwnFiles(cause, format);
  });
  if (reporter === undefined) return ExitCode.failed;
  const verbose = args.includes('--verbose') || flagWord(process.env['CXONE_GITOPS_VERBOSE'] ?? '') === true;
  return reporter.reportError(context, error, { format, verbose });
}

/** The code that reports errors is in a file, too: it can't be read where too many files are open, or none are there. */
function reportOwnFiles(cause: unknown, format: string): void {
  const { words, hint } = fileFault(cause);
  const message = `cxone-gitops: its own program files can't be read: ${words}`;
  const error = { code: 'FileError', message, hint, exitCode: ExitCode.failed };
  if (format === 'json') out.write(`${JSON.stringify({ formatVersion: 1, status: 'error', error }, null, 2)}\n`);
  err.write(`error: ${message}\nhint: ${hint}\n`);
}

/** Ends a run that gave no exit code. */
async function end(error: unknown): Promise<void> {
  if (bug === undefined) return finish(await report(error, requestedFormat()));
  // Stderr has it; what the bug made of the run is nothing to show.
  const [{ errorDocument }, { jsonReport }] = await Promise.all([
    import('./commands/output/report-error.js'),
    import('./report/json.js'),
  ]);
  if (requestedFormat() === 'json') out.write(jsonReport(errorDocument(bug.error)));
  return finish(ExitCode.bug);
}

/** Also known where the arguments could not be parsed. */
function requestedFormat(): string {
  const at = args.lastIndexOf('--format');
  const joined = args.findLast((arg) => arg.startsWith('--format='))?.slice('--format='.length);
  return joined ?? (at === -1 ? (process.env['CXONE_GITOPS_FORMAT'] ?? 'text') : (args[at + 1] ?? 'text'));
}

/** Waits until the output is written, and sets the exit code. */
async function finish(code: ExitCode): Promise<void> {
  isOver = true;
  const outcome = bug === undefined ? code : ExitCode.bug;
  await out.flushed();
  err.write(lostOutput(outcome, { out: out.gone, err: err.gone }).text);
  await err.flushed();
  process.exitCode = lostOutput(outcome, { out: out.gone, err: err.gone }).exitCode;
  // What the bug left behind may keep the process alive.
  if (bug !== undefined) process.exit();
}

/** A bug somewhere must not leave traffic unserved: what is in flight ends as it does after a signal, then the code is 70. */
async function onBug(error: unknown): Promise<void> {
  process.exitCode = ExitCode.bug;
  if (bug !== undefined || isOver) process.exit();
  bug = { error };
  interrupt.abort(error);
  await report(error, 'text');
}

function printer({ write, stream }: Output): Printer {
  const isTerminal = stream.isTTY && process.env['TERM'] !== 'dumb';
  return {
    page: {
      paint: terminalPaint(hasColours(args, process.env, stream.isTTY)),
      width: Math.max(40, stream.columns > 0 ? stream.columns : 100),
    },
    isTerminal,
    write,
    ...(isTerminal && { stream }),
  };
}

/** The folder that the program was started in, or why there is none. */
function currentFolder(): string | KnownError {
  try {
    return process.cwd();
  } catch (cause) {
    const what = errnoOf(cause) === 'ENOENT' ? 'was deleted' : `can't be used: ${fileFault(cause).words}`;
    return new KnownError('FileError', `the current folder ${what}`, {
      hint: 'Change to a folder that exists (`cd`), then run the command again.',
      cause,
    });
  }
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
