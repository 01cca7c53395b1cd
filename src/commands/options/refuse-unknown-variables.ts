import type { Command } from 'commander';
import { KnownError } from '../../model/known-error.js';
import { nearest } from '../../model/nearest.js';
import type { Context } from '../context.js';
import { kindOfOption } from './value-kinds.js';
import { VARIABLE_PREFIX, variableOf } from './variable-of.js';

/** Read by the program, though no option has this name. */
const others = ['SIGNING_KEY', 'RUN_KIND'].map((name) => VARIABLE_PREFIX + name);

/** Nobody reads more of them. */
const maxNamed = 5;

/**
 * A variable `CXONE_GITOPS_…` that no option of any command has is a misspelt one, and its option would keep its default.
 * One that another command has is fine: a pipeline sets them for all of its commands. Throws a KnownError (OptionError).
 */
export function refuseUnknownVariables(program: Command, env: Context['env']): void {
  const known = new Set([...others, ...variablesOf(program)]);
  const unknown = Object.keys(env).filter((name) => {
    const upper = name.toUpperCase();
    if (!upper.startsWith(VARIABLE_PREFIX) || known.has(name)) return false;
    // Windows finds a variable whatever the case of its name.
    return !known.has(upper) || env[upper] !== env[name];
  });
  if (unknown.length === 0) return;
  const shown = unknown.toSorted().slice(0, maxNamed);
  const more = unknown.length > maxNamed ? `, and ${unknown.length - maxNamed} more` : '';
  const meant = shown.map((name) => suggestion(name, known)).filter((one) => one !== undefined);
  const question = meant.length === 0 ? '' : `Did you mean ${meant.join(', ')}? `;
  throw new KnownError('OptionError', `${shown.join(', ')}${more}: cxone-gitops has no such variable`, {
    hint: `${question}Correct the name, or remove it: \`unset ${shown.join(' ')}\`.`,
  });
}

/** Compared without their prefix, which would make all names look alike. */
function suggestion(name: string, known: Iterable<string>): string | undefined {
  const ends = [...known].map((one) => one.slice(VARIABLE_PREFIX.length));
  const end = nearest(name.slice(VARIABLE_PREFIX.length), ends);
  return end === undefined ? undefined : VARIABLE_PREFIX + end;
}

/** Those of the options of all commands. Throws an Error (a bug) for an option that takes no declared kind of value. */
function variablesOf(command: Command): string[] {
  const own = command.parent === null ? [] : command.options;
  for (const option of own) kindOfOption(option);
  return [...own.map(variableOf), ...command.commands.flatMap(variablesOf)];
}
