import type { Command, Option } from 'commander';
import { KnownError } from '../../model/known-error.js';
import type { Context } from '../context.js';
import { emptyValue } from './check-values.js';
import { flagWord } from './flag-word.js';
import { kindOfOption } from './value-kinds.js';
import { variableOf } from './variable-of.js';

/**
 * Fills in each option of a command that its command line leaves out from `CXONE_GITOPS_<OPTION>`. A repeatable option's
 * variable has each value on a line of its own. Commander's own variables take any value of a flag for yes, `false` too.
 * Throws a KnownError (OptionError) for a value that can't be used; an empty one is used for a flag only, as unset.
 */
export function optionsFromEnvironment(command: Command, env: Context['env']): void {
  for (const option of command.options) {
    const name = option.attributeName();
    const text = env[variableOf(option)];
    if (text === undefined || command.getOptionValueSource(name) === 'cli') continue;
    const value = read(option, text);
    if (value !== undefined) command.setOptionValueWithSource(name, value, 'env');
  }
}

function read(option: Option, text: string): unknown {
  const variable = variableOf(option);
  const kind = kindOfOption(option);
  if (kind === undefined) return text.trim() === '' ? undefined : readFlag(variable, text) !== option.negate;
  if (text.trim() === '') throw emptyValue(variable, kind);
  if (Array.isArray(option.defaultValue)) return linesOf(text);
  try {
    return option.parseArg === undefined ? text : option.parseArg(text, option.defaultValue);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it can not be used';
    throw new KnownError('OptionError', `${variable}=${text}: ${reason}`, {
      hint: `It stands for ${option.long}.`,
      cause,
    });
  }
}

/** A list of a workflow file ends with a line break and may hold empty lines. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function readFlag(variable: string, text: string): boolean {
  const word = flagWord(text);
  if (word !== undefined) return word;
  throw new KnownError('OptionError', `${variable}=${text}: it is neither true nor false`, {
    hint: 'Write true or false.',
  });
}
