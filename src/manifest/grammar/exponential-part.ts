import { RegExpParser } from '@eslint-community/regexpp';
import { ambiguousLoop } from './ambiguous-loop.js';
import { positionAutomaton } from './position-automaton.js';
import type { RunSteps } from './steps.js';

/** A tenth of a second. */
const maxStepsOfOne = 100_000_000;

/** What patterns that people write take at most: it comes out of a share of the run that hard ones can't use up alone. */
const freeSteps = 1_000_000;

/** What it costs to parse a character of a pattern, in steps of about a nanosecond. */
const stepsOfCharacter = 300;

/** The syntax that every supported version of Node compiles. */
const parser = new RegExpParser({ ecmaVersion: 2023 });

/**
 * The part of a pattern that makes an engine backtrack exponentially, as it stands there; undefined where no part does.
 * `too-complex` where that can't be said in the steps that one pattern may take, or that are left. Throws a SyntaxError for
 * what is not a pattern of ECMAScript 2023 with the flag `u`.
 */
export function exponentialPart(
  pattern: string,
  steps: RunSteps,
): { readonly raw: string } | 'too-complex' | undefined {
  const free = Math.max(0, Math.min(steps.free, freeSteps));
  const most = free + Math.max(0, Math.min(steps.left, maxStepsOfOne));
  const own = { left: most - pattern.length * stepsOfCharacter };
  if (own.left < 0) return 'too-complex';
  const automaton = positionAutomaton(parser.parsePattern(pattern, 0, pattern.length, { unicode: true }), own);
  const part = automaton === undefined ? 'too-complex' : ambiguousLoop(automaton, own);
  const used = most - own.left;
  steps.free -= Math.min(used, free);
  steps.left -= Math.max(0, used - free);
  return part;
}
