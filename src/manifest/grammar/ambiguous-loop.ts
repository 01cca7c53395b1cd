import { overlap } from './character-ranges.js';
import type { Loop, PositionAutomaton } from './position-automaton.js';
import type { Steps } from './steps.js';

/** What it costs to look at two positions, and to take up a pair of them, in steps of about a nanosecond. */
const stepsOfCell = 10;
const stepsOfPair = 200;

/**
 * A loop that can read some text from one of its positions back to it in two ways: n such texts in a row it reads in 2ⁿ
 * ways, and an engine that backtracks tries them all. Undefined where there is none; `too-complex` when the steps are
 * used up. A loop without such a text needs polynomial time at most (Weber and Seidl 1991, criterion EDA).
 */
export function ambiguousLoop(automaton: PositionAutomaton, steps: Steps): Loop | 'too-complex' | undefined {
  const overlaps = overlapOf(automaton, steps);
  for (const loop of automaton.loops) {
    const ambiguous = isAmbiguous(automaton, loop, overlaps, steps);
    if (steps.left < 0) return 'too-complex';
    if (ambiguous) return loop;
  }
  return undefined;
}

/**
 * Walks two readings of one text side by side, from where they part: if they ever meet again, the loop leads both back to
 * where they started, since each of its positions leads to each other.
 */
function isAmbiguous(
  { next, doubled }: PositionAutomaton,
  { from, to }: Loop,
  overlaps: (one: number, other: number) => boolean,
  steps: Steps,
): boolean {
  const size = to - from;
  for (let position = from; position < to; position += 1) if (doubled.has(position)) return true;
  const seen = new Uint8Array(size * size);
  const pairs: number[] = [];
  const starts = new Set<string>();
  for (let position = from; position < to; position += 1) {
    // Many positions lead to the same ones: the ends of alternatives.
    const key = (next[position] ?? []).join();
    if (!starts.has(key)) step(position, position);
    starts.add(key);
  }
  for (let pair = pairs.pop(); pair !== undefined && steps.left >= 0; pair = pairs.pop()) {
    if (step(from + Math.floor(pair / size), from + (pair % size))) return true;
  }
  return false;

  /** Where two readings can go with one character; true where they meet. */
  function step(one: number, other: number): boolean {
    const [left, right] = [next[one] ?? [], next[other] ?? []];
    steps.left -= stepsOfPair + left.length * right.length * stepsOfCell;
    if (steps.left < 0) return false;
    for (const [index, a] of left.entries()) {
      // Of one position, each pair once: the readings can change places.
      for (const b of one === other ? right.slice(index + 1) : right) {
        if (!overlaps(a, b)) continue;
        if (a === b) return true;
        const [pair, twin] = [(a - from) * size + b - from, (b - from) * size + a - from];
        if (seen[pair] === 1) continue;
        seen[pair] = 1;
        seen[twin] = 1;
        pairs.push(pair);
      }
    }
    return false;
  }
}

/** Whether two positions match a character in common; found once for each two kinds of positions. */
function overlapOf({ positions }: PositionAutomaton, steps: Steps): (one: number, other: number) => boolean {
  const kinds = new Map<string, number>();
  const kindOf = positions.map((ranges) => {
    const key = ranges.join();
    const kind = kinds.get(key) ?? kinds.size;
    kinds.set(key, kind);
    return kind;
  });
  const known = new Uint8Array(kinds.size * kinds.size);
  return (one, other) => {
    const at = (kindOf[one] ?? 0) * kinds.size + (kindOf[other] ?? 0);
    if (known[at] === 0) {
      const [left = [], right = []] = [positions[one], positions[other]];
      steps.left -= left.length + right.length;
      known[at] = overlap(left, right) ? 2 : 1;
    }
    return known[at] === 2;
  };
}
