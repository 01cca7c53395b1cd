import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ExitCode } from '../model/exit-code.js';
import { fileFault } from '../model/file-fault.js';
import { KnownError } from '../model/known-error.js';
import { SimulatorOptionError } from '../simulator/option-error.js';
import { type SimulatorOptions, startSimulator } from '../simulator/server.js';
import type { Context } from './context.js';

export interface SimulateOptions {
  readonly port?: number;
  readonly org?: string;
  readonly tier?: NonNullable<SimulatorOptions['tier']>;
  readonly rateLimit?: string;
  readonly latency?: number;
  readonly state?: string;
  readonly faults?: string;
  readonly assume: readonly string[];
}

/** `cxone-gitops simulate`: serves the CXone API on loopback until it is interrupted; its URL is the first line of stdout. */
export async function simulateCommand(context: Context, options: SimulateOptions): Promise<ExitCode> {
  const simulator = await start(context, options);
  context.out.write(`${simulator.url}\n`);
  context.err.write('SIMULATOR: any client id with the secret simulator-secret. Stop it with Ctrl-C.\n');
  if (!context.interrupt.aborted) {
    await new Promise((resolve) => context.interrupt.addEventListener('abort', resolve, { once: true }));
  }
  await simulator.close();
  return ExitCode.done;
}

async function start({ cwd }: Context, options: SimulateOptions) {
  const { faults, state, rateLimit, latency, ...rest } = options;
  try {
    return await startSimulator({
      ...rest,
      ...(latency === undefined ? {} : { latencyMs: latency }),
      ...(rateLimit === undefined ? {} : { rateLimitPerMinute: perMinute(rateLimit) }),
      ...(state === undefined ? {} : { stateFile: path.resolve(cwd, state) }),
      ...(faults === undefined ? {} : { faults: await readFaults(path.resolve(cwd, faults), faults) }),
    });
  } catch (error) {
    if (!(error instanceof SimulatorOptionError)) throw error;
    throw new KnownError('OptionError', error.message, {
      hint: 'docs/simulator.md explains each option.',
      cause: error,
    });
  }
}

function perMinute(text: string): number {
  const [, number] = /^([1-9]\d{0,8})(?:\/min)?$/.exec(text) ?? [];
  if (number !== undefined) return Number(number);
  throw new KnownError('OptionError', `--rate-limit ${text}: it is not like 600/min`, {
    hint: 'Give requests a minute.',
  });
}

async function readFaults(target: string, file: string): Promise<unknown> {
  const text = await readFile(target, 'utf8').catch((cause: unknown) => {
    const { words, hint } = fileFault(cause);
    throw new KnownError('OptionError', `--faults ${file}: it can't be read: ${words}`, { hint, cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new KnownError('OptionError', `--faults ${file}: it can't be read as JSON`, {
      hint: 'It is a list of fault rules.',
      cause,
    });
  }
}
