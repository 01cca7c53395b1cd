import { KnownError } from '../model/known-error.js';
import type { Context, Question } from './context.js';

/** The terminal that questions are asked on. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** Aborted by Ctrl-C while nothing is asked. */
  readonly interrupt: AbortSignal;
  readonly coloured: boolean;
}

/** What asks on a terminal; both are undefined where it is none. */
export function openPrompts(terminal: Terminal): Pick<Context, 'confirm' | 'ask'> {
  if (terminal.input.isTTY !== true || terminal.output.isTTY !== true) return { confirm: undefined, ask: undefined };
  return { confirm: (question) => confirm(terminal, question), ask: (question) => ask(terminal, question) };
}

async function confirm(terminal: Terminal, message: string): Promise<boolean> {
  const { default: prompt } = await import('@inquirer/confirm');
  try {
    const question = byWords(message, roomOf(terminal));
    return await prompt({ message: question, default: false, theme: themeOf(terminal) }, streams(terminal));
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
    return (await prompt(config, streams(terminal))).trim();
  } catch (cause) {
    if (!(cause instanceof Error && /^(Exit|Abort)PromptError$/.test(cause.name))) throw cause;
    throw new KnownError('InterruptedError', 'interrupted, so nothing was written', { cause });
  }
}

/**
 * Also ends where the input does without an answer (Ctrl-D, a terminal that is gone): the prompt itself would wait on,
 * and the process end with code 0 for want of anything to do. Closing pauses the input, an answer is given before that.
 */
function streams({ input, output, interrupt }: Terminal) {
  const closed = new AbortController();
  input.once('pause', () => closed.abort());
  return { input, output, signal: AbortSignal.any([interrupt, closed.signal]) };
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
