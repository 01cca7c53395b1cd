import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from '../../src/cli.js';
import type { Context } from '../../src/commands/context.js';
import { reportError } from '../../src/commands/output/report-error.js';
import { openMask } from '../../src/model/mask.js';
import { plainPaint } from '../../src/report/paint.js';
import { checkedRun, type Run, type RunOptions, variablesOf } from './program.js';

/**
 * Runs the command line in this process, by the real clock and with the same variables as the built program: for what is
 * asked so often that a process each would take minutes. Whether the program does it too, other runs of a test show.
 */
export async function runInside(
  args: readonly string[],
  options: RunOptions & Partial<Pick<Context, 'confirm'>>,
): Promise<Run> {
  const { cwd } = options;
  const [out, err]: [string[], string[]] = [[], []];
  const random = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
  const context: Context = {
    version: '0.0.0',
    cwd,
    // The default is relative to this process.
    env: { CXONE_GITOPS_ROOT: path.join(cwd, 'environments'), ...variablesOf(options) },
    startedAt: Date.now(),
    clock: { now: Date.now, sleep: async (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined) },
    random: {
      uuid: () => crypto.randomUUID(),
      fraction: Math.random,
      salt: () => random(16),
      seed: () => random(32),
    },
    pid: process.pid,
    hostname: hostname(),
    isAlive: () => true,
    interrupt: new AbortController().signal,
    out: printer(out),
    err: printer(err),
    secrets: openMask(),
    confirm: options.confirm,
    ask: undefined,
  };
  const format = args.includes('json') ? 'json' : 'text';
  // As the process edge does it.
  const code = await runCli(args, context).catch((error: unknown) => reportError(context, error, { format }));
  return checkedRun(args, { code, stdout: out.join(''), stderr: err.join('') }, options);

  function printer(lines: string[]): Context['out'] {
    const write = (text: string) => void lines.push(context.secrets.apply(text));
    return { page: { paint: plainPaint, width: 100 }, isTerminal: false, write };
  }
}
