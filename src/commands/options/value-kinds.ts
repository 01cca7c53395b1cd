import type { Argument, Option } from 'commander';
import { allowedHostFault, type ValueFault } from '../../model/allowed-host-fault.js';
import { shellQuote } from '../../model/shell-quote.js';
import { unexpandedStart } from '../../model/unexpanded-start.js';
import type { Context } from '../context.js';

/** What an option or an argument takes. */
export interface ValueKind {
  /** With its article, for messages: `a folder`. */
  readonly noun: string;
  /** What is wrong with a value that is not empty; absent where the command itself knows that. */
  readonly faultOf?: (text: string, env: Context['env']) => ValueFault | undefined;
}

/**
 * Each placeholder of the command line, such as `<folder>` in `--ledger <folder>`, and the values that it takes. So the
 * usage of an option is its one declaration. No kind of value may be empty.
 */
const kinds: Readonly<Record<string, ValueKind>> = {
  dir: { noun: 'a folder', faultOf: pathFault },
  folder: { noun: 'a folder', faultOf: pathFault },
  file: { noun: 'a file', faultOf: pathFault },
  path: { noun: 'a file or a folder', faultOf: pathFault },
  key: { noun: 'a key or its file', faultOf: pathFault },
  host: { noun: 'a host', faultOf: allowedHostFault },
  url: { noun: 'a URL' },
  env: { noun: 'an environment' },
  name: { noun: 'a name' },
  id: { noun: 'an id' },
  version: { noun: 'a version' },
  kind: { noun: 'a kind' },
  what: { noun: 'a word' },
  format: { noun: 'a format' },
  tier: { noun: 'a tier' },
  ref: { noun: 'a branch, a tag or a commit' },
  hash: { noun: 'a hash' },
  identity: { noun: 'an identity' },
  'identity=id': { noun: 'an identity and an id' },
  'seq=logid': { noun: 'a sequence number and an id' },
  'key=value': { noun: 'an assumption' },
  reason: { noun: 'a reason' },
  time: { noun: 'a time' },
  number: { noun: 'a number' },
  entries: { noun: 'a number' },
  seconds: { noun: 'a number of seconds' },
  ms: { noun: 'a number of milliseconds' },
  'n/min': { noun: 'a rate' },
};

/** What an option takes; undefined for a flag. */
export function kindOfOption({ flags, required, optional }: Option): ValueKind | undefined {
  return required || optional ? kindOf(/[<[]([^>\]]+)[>\]]$/.exec(flags)?.[1] ?? '') : undefined;
}

/** What an argument takes. */
export function kindOfArgument(argument: Argument): ValueKind {
  return kindOf(argument.name());
}

function kindOf(placeholder: string): ValueKind {
  const kind = kinds[placeholder];
  if (kind === undefined) throw new Error(`the command line has no kind of value <${placeholder}>`);
  return kind;
}

/** `--ledger=~/l` in most shells, quotes, and the variables of a workflow file bring such a path here. */
function pathFault(text: string, env: Context['env']): ValueFault | undefined {
  const start = unexpandedStart(text);
  if (start === undefined) return undefined;
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '';
  const whole = start === '~' && home !== '' ? shellQuote(`${home}${text.slice(1)}`) : 'the absolute path';
  return {
    reason: `no shell expanded ${start}, so it would be the name of a folder`,
    hint: `Write ${whole}. If ${start} is really its name, write ${shellQuote(`./${text}`)}.`,
  };
}
