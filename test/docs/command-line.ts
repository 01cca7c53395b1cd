import { run } from '../cli/program.js';
import { root } from './documents.js';

/** Each command as it is typed, such as `audit verify`, with its long options. */
export type CommandLine = ReadonlyMap<string, ReadonlySet<string>>;

/** All commands and options, as the built program's help lists them. */
export async function commandLine(): Promise<CommandLine> {
  const commands = new Map<string, ReadonlySet<string>>();
  const pending: string[][] = [[]];
  for (let words = pending.pop(); words !== undefined; words = pending.pop()) {
    const { code, stdout } = await run([...words, '--help'], { cwd: root });
    if (code !== 0) throw new Error(`${words.join(' ')} --help ended with ${code}`);
    const [options = '', inner = ''] = stdout.split('\nCommands:\n');
    const found = [...inner.matchAll(/^ {2}([a-z][a-z-]*)/gmu)].map(([, name = '']) => name);
    for (const name of found.filter((one) => one !== 'help')) pending.push([...words, name]);
    const long = [...options.matchAll(/^ {2}(?:-\w, )?(--[a-z][a-z-]*)/gmu)].map(([, option = '']) => option);
    if (words.length > 0 && found.length === 0) commands.set(words.join(' '), new Set(long));
  }
  return commands;
}
