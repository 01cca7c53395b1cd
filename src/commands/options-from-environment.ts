import type { Command, Option } from 'commander';
import { KnownError } from '../model/known-error.js';
import type { Context } from './context.js';

/**
 * Fills in each option of a command that its command line leaves out from `CXONE_GITOPS_<OPTION>`. Commander's own
 * variables take any value of a flag for yes, `false` too. Throws a KnownError for a value that can't be used.
 */
export function optionsFromEnvironment(command: Command, env: Context['env']): void {
  for (const option of command.options) {
    const name = option.attributeName();
    const variable = `CXONE_GITOPS_${(option.long ?? '').replace(/^--/, '').replaceAll('-', '_').toUpperCase()}`;
    const text = env[variable];
    if (text === undefined || text === '' || command.getOptionValueSource(name) === 'cli') continue;
    command.setOptionValueWithSource(name, read(option, variable, text), 'env');
  }
}

function read(option: Option, variable: string, text: string): unknown {
  if (option.isBoolean() || option.negate) return readFlag(variable, text) !== option.negate;
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

function readFlag(variable: string, text: string): boolean {
  if (['1', 'true', 'yes'].includes(text.toLowerCase())) return true;
  if (['0', 'false', 'no'].includes(text.toLowerCase())) return false;
  throw new KnownError('OptionError', `${variable}=${text}: it is neither true nor false`, {
    hint: 'Write true or false.',
  });
}
