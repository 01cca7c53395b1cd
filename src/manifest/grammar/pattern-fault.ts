import { quoted } from '../value-words.js';
import type { RunSteps } from './steps.js';

/** Why a pattern is not taken. */
export interface PatternFault {
  readonly code: 'pattern-syntax' | 'backtracking-pattern' | 'pattern-too-complex';
  readonly message: string;
  readonly hint: string;
}

/** The work that all patterns of a run may take together: about three seconds, two of them for the first part of each. */
export function patternSteps(): RunSteps {
  return { left: 1_000_000_000, free: 2_000_000_000 };
}

/**
 * What is wrong with the pattern of a rule; undefined when it compiles (ECMAScript with the flag `u`) and no text makes an
 * engine that backtracks try exponentially many ways (docs/decisions/0011-grammar-checks.md). The pattern is never run.
 */
export async function patternFault(pattern: string, steps: RunSteps): Promise<PatternFault | undefined> {
  // The engine takes milliseconds for each property of Unicode; the parser that looks for repetitions judges syntax, too.
  const hasProperty = /\\p/i.test(pattern);
  const syntax = hasProperty ? undefined : syntaxFault(pattern);
  if (syntax !== undefined) return syntax;
  // Without a repetition there is nothing to try twice; most patterns are words and `|`, and need no more.
  if (!hasProperty && !/[*+?{]/.test(pattern)) return undefined;
  const { exponentialPart } = await import('./exponential-part.js');
  let part: ReturnType<typeof exponentialPart>;
  try {
    part = exponentialPart(pattern, steps);
  } catch (error) {
    return notAPattern(error);
  }
  if (part === undefined) return undefined;
  if (part === 'too-complex') {
    return {
      code: 'pattern-too-complex',
      message: 'The pattern, or those before it, repeat too much to be checked for backtracking.',
      hint: 'Repeat less, or split the rule into several. All patterns of an environment together are checked for some seconds at most.',
    };
  }
  return {
    code: 'backtracking-pattern',
    message: `${quoted(part.raw)} can match one text in exponentially many ways.`,
    hint: 'Repeat nothing that repeats or that has alternatives which match the same: (a+)+ is a+, and (a|ab)+ is (ab?)+.',
  };
}

function syntaxFault(pattern: string): PatternFault | undefined {
  try {
    compiled(pattern);
    return undefined;
  } catch (error) {
    return notAPattern(error);
  }
}

function compiled(pattern: string): RegExp {
  return new RegExp(pattern, 'u');
}

function notAPattern(error: unknown): PatternFault {
  if (!(error instanceof SyntaxError)) throw error;
  // `Invalid regular expression: /…/u: Unterminated group`: the pattern is shown anyway, and may be long.
  const reason = error.message.slice(error.message.lastIndexOf(': ') + 2);
  return {
    code: 'pattern-syntax',
    message: `The pattern is not a regular expression: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}.`,
    hint: 'Patterns are those of ECMAScript 2023 with the flag u. To match one of \\ ^ $ . * + ? ( ) [ ] { } | itself, write \\ before it.',
  };
}
