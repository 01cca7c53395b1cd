import type { Command } from 'commander';
import type { ValueFault } from '../../model/allowed-host-fault.js';
import { KnownError } from '../../model/known-error.js';
import type { Context } from '../context.js';
import { kindOfArgument, kindOfOption, type ValueKind } from './value-kinds.js';
import { variableOf } from './variable-of.js';

/**
 * Refuses the values of a command's options and arguments that its kind of value can't be: empty ones, paths that a shell
 * should have expanded, hosts that match nothing. Defaults pass. Throws a KnownError (OptionError).
 */
export function checkValues(command: Command, env: Context['env']): void {
  for (const option of command.options) {
    const source = command.getOptionValueSource(option.attributeName());
    const kind = kindOfOption(option);
    if (kind === undefined || (source !== 'cli' && source !== 'env')) continue;
    const name = source === 'env' ? variableOf(option) : (option.long ?? option.flags);
    check(name, kind, command.getOptionValue(option.attributeName()), env);
  }
  for (const [index, argument] of command.registeredArguments.entries()) {
    check(`argument '${argument.name()}'`, kindOfArgument(argument), command.processedArgs[index], env);
  }
}

/** The value as commander has it: what is neither a text nor a list of texts was checked when it was read. */
function check(name: string, kind: ValueKind, value: unknown, env: Context['env']): void {
  for (const text of Array.isArray(value) ? value : [value]) {
    if (typeof text !== 'string') continue;
    if (text.trim() === '') throw emptyValue(name, kind);
    const fault = kind.faultOf?.(text, env);
    if (fault !== undefined) throw refusedValue(name, text, fault);
  }
}

/** The error for an empty value of an option, an argument or a variable. */
export function emptyValue(name: string, { noun }: ValueKind): KnownError {
  const isVariable = name.startsWith('CXONE_GITOPS_');
  const hint = isVariable
    ? `Set it to ${noun}, or unset it.`
    : `Give ${noun}. If a script fills it in, a variable of the script is empty or not set.`;
  return new KnownError('OptionError', `${name}: the value is empty`, { hint });
}

function refusedValue(name: string, text: string, { reason, hint }: ValueFault): KnownError {
  // What stands before an @ may be a password.
  const shown = text.includes('@') ? name : `${name} ${text}`;
  return new KnownError('OptionError', `${shown}: ${reason}`, { hint });
}
