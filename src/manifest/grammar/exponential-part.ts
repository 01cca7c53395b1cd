import { RegExpParser } from '@eslint-community/regexpp';
import { ambiguousLoop } from './ambiguous-loop.js';
import { positionAutomaton } from './position-automaton.js';
import type { Steps } from './steps.js';

/** A tenth of a second; patterns that people write take a thousandth of it. */
const maxStepsOfOne = 100_000_000;

/** The syntax that every supported version of Node compiles. */
const parser = new RegExpParser({ ecmaVersion: 2023 });

/**
 * The part of a pattern that makes an engine backtrack exponentially, as it stands there; undefined where no part does.
 * `too-complex` where that can't be said in the steps that one pattern may take, or that are left. Throws a SyntaxError for
 * what is not a pattern of ECMAScript 2023 with the flag `u`.
 */
export function exponentialPart(pattern: string, steps: Steps): { readonly raw: string } | 'too-complex' | undefined {
  const parsed = parser.parsePattern(pattern, 0, pattern.length, { unicode: true });
  const own = { left: Math.min(steps.left, maxStepsOfOne) };
  const before = own.left;
  const automaton = positionAutomaton(parsed, own);
  const part = automaton === undefined ? 'too-complex' : ambiguousLoop(automaton, own);
  steps.left -= before - own.left;
  return part;
}
