import type { Clock } from '../model/clock.js';
import type { Mask } from '../model/mask.js';
import { escapeTerminal } from '../report/escape-terminal.js';
import type { Page } from '../report/paint.js';

/** The world as main.ts passes it in; commands touch nothing else of the process. */
export interface Context {
  /** The version of cxone-gitops. */
  readonly version: string;
  /** The folder it was started in. Throws a KnownError (FileError) where that was deleted. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** When the program was started, in milliseconds since 1970: its time limit counts from then. */
  readonly startedAt: number;
  readonly random: {
    readonly uuid: () => string;
    /** From 0 up to 1. */
    readonly fraction: () => number;
    /** 16 bytes in hex. */
    readonly salt: () => string;
    /** 32 bytes in hex, for a key: as nobody can guess. */
    readonly seed: () => string;
  };
  readonly pid: number;
  readonly hostname: string;
  /** Whether a process of this machine runs. */
  readonly isAlive: (pid: number) => boolean;
  /** Aborted by the first signal that asks to stop: what is in flight ends, nothing new starts. */
  readonly interrupt: AbortSignal;
  /** Data, to stdout; every known secret is masked. */
  readonly out: Printer;
  /** Everything else, to stderr; likewise masked. */
  readonly err: Printer;
  /** What is added to it is masked from then on, in all that is printed and recorded. */
  readonly secrets: Mask;
  /** Asks on the terminal; undefined where there is none. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Asks for a line of text, likewise. Throws a KnownError (InterruptedError) where the person leaves. */
  readonly ask: ((question: Question) => Promise<string>) | undefined;
}

/** A question that a line of text answers. */
export interface Question {
  readonly text: string;
  /** What Enter alone answers; without one, an answer is needed. */
  readonly fallback?: string;
  /** What is wrong with an answer, undefined for nothing: it is then asked again. */
  readonly faultOf: (answer: string) => Promise<string | undefined>;
}

export interface Printer {
  readonly page: Page;
  /** True when a person watches: progress may redraw lines. */
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
  /** The same for a library that draws by itself; absent where nobody watches. */
  readonly stream?: NodeJS.WritableStream;
}

/** The options that every command of an environment shares, as the command line or its variables gave them. */
export interface SharedOptions {
  readonly root: string;
  readonly format: string;
  readonly only: readonly string[];
  readonly endpoint?: string;
  readonly allowHost: readonly string[];
  /** A ref whose tip says where credentials go. */
  readonly trustRef?: string;
  readonly concurrency: number;
  /** Seconds, for one request. */
  readonly timeout: number;
  /** Seconds, for the whole run. */
  readonly timeLimit: number;
  readonly ledger?: string;
  readonly envFile?: string;
  readonly all?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

/** Prints a line that is neither data nor an error, escaped for a terminal; nothing under `--quiet`. */
export function say(context: Pick<Context, 'err'>, options: Pick<SharedOptions, 'quiet'>, line: string): void {
  if (options.quiet !== true) context.err.write(`${escapeTerminal(line)}\n`);
}
