import { isRenamed, type NamedSplit } from './engine-traffic.js';
import { gainOf, type Move } from './move.js';
import { searchOrder } from './search-order.js';
import { sumByName } from './sum-by-name.js';

/** The moves of some names, in stages: each stage starts when the one before it is done. */
export interface MoveOrder<M extends Move> {
  /** What takes no traffic from others: it may run before a shift begins. */
  readonly prepare: readonly M[];
  /** Splits that fall in place first, then engines that leave a name or come to it with a smaller split. */
  readonly lower: readonly (readonly M[])[];
  /** Splits that rise, and engines that wait for room; more than one list only where renames wait for each other. */
  readonly raise: readonly (readonly M[])[];
  /** Moves that wait for each other in a circle: there is no order in which no name passes 100. */
  readonly blocked: readonly M[];
}

/**
 * Orders the moves of names that share engines, so that the splits of no name pass 100 at any moment, whichever write of
 * a stage is done first (docs/semantics.md, "Applying"). `others` is what engines serve that do not move.
 */
export function orderMoves<M extends Move>(
  moves: readonly M[],
  others: Iterable<NamedSplit | null> = [],
): MoveOrder<M> {
  const stages = stagesOf(moves);
  const before = sumByName([...others, ...moves.map(({ from }) => from)]);
  const order = inStages(stages, new Map(before));
  return order.blocked.length === 0 ? order : (oneByOne(stages, before) ?? order);
}

/** Takes of each stage what has room; what has none waits until others have moved. Changes `serving`. */
function inStages<M extends Move>(stages: Readonly<Record<StageName, readonly M[]>>, serving: Map<string, number>) {
  const take = (stage: readonly M[]) => takeFitting(stage, serving);
  const prepare = take(stages.prepare);
  const lowers = [take(stages.inPlace), take(stages.renamed)];
  const lower = lowers.map(({ fitting }) => fitting).filter((stage) => stage.length > 0);
  let waiting = [...prepare.waiting, ...lowers.flatMap((one) => one.waiting), ...stages.raise];
  const raise: (readonly M[])[] = [];
  while (waiting.length > 0) {
    const next = take(waiting);
    if (next.fitting.length === 0) break;
    raise.push(next.fitting);
    waiting = next.waiting;
  }
  return { prepare: prepare.fitting, lower, raise, blocked: waiting };
}

/** A move that fits may take the room that another one needs first: then each waits for its turn. */
function oneByOne<M extends Move>(
  stages: Readonly<Record<StageName, readonly M[]>>,
  before: ReadonlyMap<string, number>,
): MoveOrder<M> | undefined {
  const still = stages.prepare.filter((move) => !movesTraffic(move));
  const serving = new Map(before);
  takeFitting(stages.inPlace, serving);
  const shifting = [...stages.renamed, ...stages.prepare.filter(movesTraffic), ...stages.raise];
  const found = searchOrder(shifting, serving);
  if (found === undefined) return undefined;
  const lower = stages.inPlace.length === 0 ? [] : [stages.inPlace];
  return { prepare: still, lower, raise: found.map((move) => [move]), blocked: [] };
}

function movesTraffic(move: Move): boolean {
  return gainOf(move) > 0 || (isRenamed(move.from, move.to) && (move.from?.split ?? 0) > 0);
}

type StageName = 'prepare' | 'inPlace' | 'renamed' | 'raise';

/** Each move in the stage in which it belongs where no name runs out of room. */
function stagesOf<M extends Move>(moves: readonly M[]): Record<StageName, M[]> {
  const moving = new Set<string>();
  const falling = new Set<string>();
  const gaining = new Set<string>();
  for (const move of moves) {
    const { from, to } = move;
    if (gainOf(move) > 0) gaining.add(to.name);
    if (from === null) continue;
    if (from.split !== to.split) moving.add(to.name);
    if (isRenamed(from, to) && from.split > 0) moving.add(from.name);
    if (!isRenamed(from, to) && to.split < from.split) falling.add(to.name);
  }
  const stages: Record<StageName, M[]> = { prepare: [], inPlace: [], renamed: [], raise: [] };
  for (const move of moves) stages[stageOf(move, { moving, falling, gaining })].push(move);
  return stages;
}

interface BusyNames {
  /** Names in which a live engine changes its split, or which one leaves. */
  readonly moving: ReadonlySet<string>;
  /** Names in which a split falls in place. */
  readonly falling: ReadonlySet<string>;
  /** Names to which a move adds traffic. */
  readonly gaining: ReadonlySet<string>;
}

function stageOf({ from, to, inTwoWrites }: Move, { moving, falling, gaining }: BusyNames): StageName {
  if (from === null) return to.split > 0 && (inTwoWrites || moving.has(to.name)) ? 'raise' : 'prepare';
  if (to.split > from.split) return 'raise';
  if (!isRenamed(from, to)) return to.split < from.split ? 'inPlace' : 'prepare';
  if (to.split < from.split) return 'renamed';
  if (to.split === 0) return 'prepare';
  if (falling.has(to.name)) return 'raise';
  // The name that it leaves is filled up again: it leaves as a part of that shift.
  return gaining.has(from.name) ? 'renamed' : 'prepare';
}

/**
 * Those of a stage that have room though nothing of the same stage has fallen yet. They count as done in `serving` from
 * then on.
 */
function takeFitting<M extends Move>(stage: readonly M[], serving: Map<string, number>) {
  const fitting: M[] = [];
  const waiting: M[] = [];
  const gained = new Map<string, number>();
  for (const move of stage) {
    const { name } = move.to;
    const gain = gainOf(move);
    const sum = (gained.get(name) ?? 0) + gain;
    if (gain > 0 && (serving.get(name) ?? 0) + sum > 100) {
      waiting.push(move);
      continue;
    }
    gained.set(name, sum);
    fitting.push(move);
  }
  for (const { from, to } of fitting) {
    if (from !== null) serving.set(from.name, (serving.get(from.name) ?? 0) - from.split);
    serving.set(to.name, (serving.get(to.name) ?? 0) + to.split);
  }
  return { fitting, waiting };
}
