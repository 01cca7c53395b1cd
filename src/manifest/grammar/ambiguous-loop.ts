import { overlap } from './character-ranges.js';
import type { Loop, PositionAutomaton } from './position-automaton.js';
import type { Steps } from './steps.js';

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
  { positions, ways }: PositionAutomaton,
  { from, to }: Loop,
  overlaps: (one: number, other: number) => boolean,
  steps: Steps,
): boolean {
  const size = to - from;
  steps.left -= size * size;
  if (steps.left < 0) return false;
  const next: number[][] = [];
  for (let position = from; position < to; position += 1) {
    const row = ways.subarray(position * positions.length + from, position * positions.length + to);
    if (row.includes(2)) return true;
    next.push(Array.from(row.keys()).filter((target) => row[target] === 1));
  }
  const seen = new Uint8Array(size * size);
  const pairs: number[] = [];
  const starts = new Set<string>();
  for (const [position, targets] of next.entries()) {
    // Many positions lead to the same ones: the ends of alternatives.
    const key = targets.join();
    if (!starts.has(key)) step(position, position);
    starts.add(key);
  }
  for (let pair = pairs.pop(); pair !== undefined && steps.left >= 0; pair = pairs.pop()) {
    if (step(Math.floor(pair / size), pair % size)) return true;
  }
  return false;

  /** Where two readings can go with one character; true where they meet. */
  function step(one: number, other: number): boolean {
    const [left, right] = [next[one] ?? [], next[other] ?? []];
    steps.left -= left.length * right.length;
    if (steps.left < 0) return false;
    for (const [index, a] of left.entries()) {
      // Of one position, each pair once: the readings can change places.
      for (const b of one === other ? right.slice(index + 1) : right) {
        if (a === b && overlaps(a + from, a + from)) return true;
        if (a === b || seen[a * size + b] === 1 || !overlaps(a + from, b + from)) continue;
        seen[a * size + b] = 1;
        seen[b * size + a] = 1;
        pairs.push(a * size + b);
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
