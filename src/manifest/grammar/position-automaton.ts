import { type AST, visitRegExpAST } from '@eslint-community/regexpp';
import { type CharacterRanges, rangesOf } from './character-ranges.js';
import type { Steps } from './steps.js';

/** The characters of a pattern as states: which may follow which, and in how many ways. */
export interface PositionAutomaton {
  /** What each position matches. */
  readonly positions: readonly CharacterRanges[];
  /** The positions that may follow each one, within loops. */
  readonly next: readonly (readonly number[])[];
  /** The positions from which another one follows in two ways or more. */
  readonly doubled: ReadonlySet<number>;
  /** The repetitions without end that are in no other one. */
  readonly loops: readonly Loop[];
}

/** A repetition without end: the positions `from` to `to - 1`, each of which leads to each other. */
export interface Loop {
  readonly from: number;
  readonly to: number;
  /** Its text in the pattern. */
  readonly raw: string;
}

type Edge = readonly [from: number, to: number, ways: number];

/** How a part of a pattern begins and ends: positions, and in how many ways each; and in how many ways it is empty. */
interface Part {
  readonly first: ReadonlyMap<number, number>;
  readonly last: ReadonlyMap<number, number>;
  readonly empty: number;
}

/**
 * Repetitions are written out up to these counts, and taken as endless above: so many tries are as good as endless. The
 * second is for a fixed number of turns of a fixed form, which leave nothing to try.
 */
const maxTurns = 9;
const maxFixedTurns = 50;

/** A pattern of 1,000 characters has no more, unless it repeats long parts a fixed number of times. */
const maxPositions = 1000;
/** What a position and a way from one to another cost, in steps of about a nanosecond. */
const stepsOfPosition = 300;
const stepsOfWay = 300;
/** What each end of a range of characters costs, until it is known which positions are alike. */
const stepsOfRange = 40;
/** What it costs to note that a part begins or ends at a position. */
const stepsOfEnd = 30;

const nothing: Part = { first: new Map(), last: new Map(), empty: 1 };

/**
 * Glushkov's automaton of a pattern, where the ways are counted: two ways between two positions are two ways to read one
 * text. Undefined where it would be too large, or take more steps than are left. Assertions are taken as true, which adds ways and never
 * takes one away; what looks ahead or behind is read as a pattern of its own.
 */
export function positionAutomaton(pattern: AST.Pattern, steps: Steps): PositionAutomaton | undefined {
  const positions: CharacterRanges[] = [];
  const edges: Edge[] = [];
  const loops: Loop[] = [];
  const lookarounds: AST.LookaroundAssertion[] = [];
  let depth = 0;

  disjunction(pattern.alternatives);
  for (let index = 0; index < lookarounds.length && fits(); index += 1) {
    disjunction(lookarounds[index]?.alternatives ?? []);
  }
  if (!fits()) return undefined;
  return { positions, ...waysOf(edges, positions.length), loops };

  function fits(): boolean {
    return positions.length <= maxPositions && steps.left >= 0;
  }

  function disjunction(alternatives: readonly AST.Alternative[]): Part {
    const parts = alternatives.map(({ elements }) => elements.map(part).reduce(sequence, nothing));
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return only;
    return {
      first: sum(parts.map(({ first }) => first)),
      last: sum(parts.map(({ last }) => last)),
      empty: Math.min(
        2,
        parts.reduce((ways, { empty }) => ways + empty, 0),
      ),
    };
  }

  function part(element: AST.Element): Part {
    if (!fits()) return nothing;
    switch (element.type) {
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
        return position(rangesOf(element, steps));
      case 'Group':
      case 'CapturingGroup':
        return disjunction(element.alternatives);
      case 'Quantifier':
        return repetition(element);
      case 'Backreference':
        return repeated(element);
      case 'Assertion':
        if (element.kind === 'lookahead' || element.kind === 'lookbehind') lookarounds.push(element);
        return nothing;
      case 'ExpressionCharacterClass':
        throw new Error('a pattern of the flag u has no class expressions');
    }
  }

  function position(ranges: CharacterRanges): Part {
    steps.left -= stepsOfPosition + ranges.length * stepsOfRange;
    const ends = new Map([[positions.push(ranges) - 1, 1]]);
    return { first: ends, last: ends, empty: 0 };
  }

  /** A group's text again: read as the group, outside of which it means nothing. */
  function repeated({ resolved, start }: AST.Backreference): Part {
    const [group] = Array.isArray(resolved) ? resolved : [resolved];
    return group === undefined || group.end > start ? nothing : disjunction(group.alternatives);
  }

  function repetition(quantifier: AST.Quantifier): Part {
    const { element, min, max } = quantifier;
    const bound = min === max && hasFixedForm(element) ? maxFixedTurns : maxTurns;
    const isEndless = max > bound;
    // The last turn that an endless repetition must take is the first of its loop.
    const copies = Math.min(min, bound) - (isEndless && min > 0 ? 1 : 0);
    let whole = nothing;
    for (let copy = 0; copy < copies && fits(); copy += 1) whole = sequence(whole, part(element));
    if (isEndless) return sequence(whole, loop(quantifier, min > bound));
    const optional = Array.from({ length: max - min }, () => (fits() ? part(element) : nothing));
    return sequence(
      whole,
      optional.reduceRight((rest, one) => orNothing(sequence(one, rest)), nothing),
    );
  }

  /** Turns that match nothing are not taken, unless the repetition has many that it must take. */
  function loop({ element, raw, min }: AST.Quantifier, mustTurn: boolean): Part {
    const from = positions.length;
    depth += 1;
    const turn = part(element);
    join(turn, turn, mustTurn && turn.empty > 0 ? 2 : 1);
    depth -= 1;
    if (depth === 0 && positions.length > from) loops.push({ from, to: positions.length, raw });
    return { ...turn, empty: min === 0 ? 1 : turn.empty };
  }

  function sequence(before: Part, after: Part): Part {
    join(before, after, 1);
    steps.left -= (before.first.size + after.last.size + before.last.size + after.first.size) * stepsOfEnd;
    if (!fits()) return nothing;
    return {
      first: union(before.first, after.first, before.empty),
      last: union(after.last, before.last, after.empty),
      empty: Math.min(2, before.empty * after.empty),
    };
  }

  function join({ last }: Part, { first }: Part, factor: number): void {
    // Outside of loops nobody asks.
    if (depth === 0) return;
    for (const [from, leaving] of last) {
      steps.left -= first.size * stepsOfWay;
      if (!fits()) return;
      for (const [to, entering] of first) edges.push([from, to, Math.min(2, leaving * entering * factor)]);
    }
  }
}

function hasFixedForm(element: AST.QuantifiableElement): boolean {
  let isFixed = true;
  visitRegExpAST(element, {
    onQuantifierEnter: ({ min, max }) => {
      if (min !== max) isFixed = false;
    },
  });
  return isFixed;
}

function waysOf(edges: readonly Edge[], size: number) {
  const next = Array.from({ length: size }, (): number[] => []);
  const seen = new Set<number>();
  const doubled = new Set<number>();
  for (const [from, to, ways] of edges) {
    const key = from * size + to;
    if (ways > 1 || seen.has(key)) doubled.add(from);
    if (!seen.has(key)) next[from]?.push(to);
    seen.add(key);
  }
  return { next, doubled };
}

function sum(counts: readonly Part['first'][]): Part['first'] {
  const all = new Map<number, number>();
  for (const one of counts) for (const [position, ways] of one) all.set(position, ways);
  return all;
}

function orNothing(part: Part): Part {
  return { ...part, empty: Math.min(2, part.empty + 1) };
}

function union(one: Part['first'], other: Part['first'], factor: number): Part['first'] {
  if (factor === 0 || other.size === 0) return one;
  const all = new Map(one);
  for (const [position, ways] of other) all.set(position, Math.min(2, (all.get(position) ?? 0) + ways * factor));
  return all;
}
