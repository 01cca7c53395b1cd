import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { main, type RunOptions, variablesOf } from './program.js';

const script = fileURLToPath(new URL('terminal.py', import.meta.url));

/** Whether python3 is there, which makes pseudo-terminals. */
export const hasPython = spawnSync('python3', ['--version']).status === 0;

/** The built program on a pseudo-terminal. */
export interface OnTerminal {
  /** Resolves when the terminal shows a text. */
  shows(text: string): Promise<void>;
  type(keys: string): void;
  /** Closes the terminal's window: from then on, reading and writing fail with EIO. */
  close(): void;
  /** The exit code; 128 and the number of a signal that ended it. */
  readonly code: Promise<number | null>;
}

/** Starts it; with `sendsHangup` the terminal controls the program's session, so that closing it sends SIGHUP, too. */
export function startOnTerminal(
  args: readonly string[],
  { sendsHangup, ...options }: RunOptions & { readonly sendsHangup: boolean },
): OnTerminal {
  const kind = sendsHangup ? '--controlling' : '--plain';
  const child = spawn('python3', [script, kind, process.execPath, '--', main, ...args], {
    cwd: options.cwd,
    env: { TERM: 'xterm', ...variablesOf(options) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let raw = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (raw += chunk));
  child.stdin.on('error', () => undefined);
  return {
    shows: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!stripVTControlCharacters(raw).includes(text)) return;
          child.stdout.off('data', look);
          resolve();
        };
        child.stdout.on('data', look);
        look();
      }),
    type: (keys) => void child.stdin.write(keys),
    close: () => void child.stdin.end(),
    code: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
  };
}
