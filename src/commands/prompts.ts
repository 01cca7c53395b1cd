import { PassThrough } from 'node:stream';
import { KnownError } from '../model/known-error.js';
import type { Context, Question } from './context.js';

/** The terminal that questions are asked on. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & {
    readonly isTTY?: boolean;
    readonly setRawMode?: (isRaw: boolean) => unknown;
  };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** Aborted by Ctrl-C while nothing is asked. */
  readonly interrupt: AbortSignal;
  /** Aborted when the output can't be written any more. */
  readonly gone: AbortSignal;
  readonly coloured: boolean;
}

/** What asks on a terminal; both are undefined where it is none. */
export function openPrompts(opened: Terminal): Pick<Context, 'confirm' | 'ask'> {
  if (opened.input.isTTY !== true || opened.output.isTTY !== true) return { confirm: undefined, ask: undefined };
  const unreadable = new AbortController();
  // A terminal whose window was closed: reading fails, and node would take that for a bug.
  opened.input.on('error', (error) => unreadable.abort(error));
  const terminal = { ...opened, gone: AbortSignal.any([opened.gone, unreadable.signal]) };
  return { confirm: (question) => confirm(terminal, question), ask: (question) => ask(terminal, question) };
}

async function confirm(terminal: Terminal, message: string): Promise<boolean> {
  const { default: prompt } = await import('@inquirer/confirm');
  try {
    const question = byWords(message, roomOf(terminal));
    const config = { message: question, default: false, theme: themeOf(terminal) };
    return await onTerminal(terminal, (streams) => prompt(config, streams));
  } catch {
    // Whoever leaves has not said yes.
    return false;
  }
}

async function ask(terminal: Terminal, { text, fallback, faultOf }: Question): Promise<string> {
  const { default: prompt } = await import('@inquirer/input');
  const validate = async (answer: string) => {
    const fault = await faultOf(answer.trim());
    return fault === undefined ? true : byWords(fault, roomOf(terminal));
  };
  const config = {
    message: text,
    validate,
    theme: themeOf(terminal),
    ...(fallback !== undefined && { default: fallback }),
  };
  try {
    return (await onTerminal(terminal, (streams) => prompt(config, streams))).trim();
  } catch (cause) {
    if (!(cause instanceof Error && /^(Exit|Abort)PromptError$/.test(cause.name))) throw cause;
    throw new KnownError('InterruptedError', 'interrupted, so nothing was written', { cause });
  }
}

/** What a prompt reads and writes, and when it must end. */
interface Streams {
  readonly input: PassThrough;
  readonly output: Terminal['output'];
  readonly signal: AbortSignal;
}

/**
 * Runs a prompt. It also ends where the input does without an answer (Ctrl-D, a terminal that is gone): by itself it would
 * wait on, and the process end with code 0 for want of anything to do. Closing pauses its input, an answer is given before.
 * The prompt has an input of its own, since its library passes on an error of the terminal that nobody can catch.
 */
async function onTerminal<Answer>(
  { input, output, interrupt, gone }: Terminal,
  prompt: (streams: Streams) => Promise<Answer>,
): Promise<Answer> {
  const closed = new AbortController();
  const setRawMode = (isRaw: boolean) => void input.setRawMode?.(isRaw);
  const keys = Object.assign(new PassThrough(), { isTTY: true, setRawMode });
  keys.once('pause', () => closed.abort());
  input.pipe(keys);
  try {
    return await prompt({ input: keys, output, signal: AbortSignal.any([interrupt, gone, closed.signal]) });
  } finally {
    // A terminal that is read keeps the process alive.
    input.unpipe(keys);
    input.pause();
  }
}

const same = (text: string) => text;

/** The prompts look at NO_COLOR, but not at `--no-color`. */
function themeOf({ coloured }: Terminal) {
  if (coloured) return {};
  const style = {
    answer: same,
    message: same,
    help: same,
    highlight: same,
    key: same,
    error: (text: string) => `> ${text}`,
    defaultAnswer: (text: string) => `(${text})`,
  };
  return { prefix: { idle: '?', done: '✔' }, spinner: { interval: 80, frames: ['·'] }, style };
}

/** The columns for a line of text. A terminal that does not know its width says 0. */
function roomOf({ output: { columns = 0 } }: Terminal): number {
  return (columns > 0 ? columns : 80) - 4;
}

/** Broken into lines between words; the prompt itself would break inside of them. */
function byWords(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && longer.length > width) lines.push(line);
    line = line !== '' && longer.length > width ? word : longer;
  }
  return [...lines, line].join('\n  ');
}
