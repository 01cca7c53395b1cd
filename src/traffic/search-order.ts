import { gainOf, type Move } from './move.js';

/** Bounds of the search; engines that block each other are few, because they all serve. */
const maxMoves = 500;
const maxTries = 10_000;

/**
 * Looks for an order in which moves fit one after the other, so that no name passes 100; undefined where there is none, or
 * none was found. `serving` is what each name serves before the first move, in percent.
 */
export function searchOrder<M extends Move>(
  moves: readonly M[],
  serving: ReadonlyMap<string, number>,
): M[] | undefined {
  if (moves.length > maxMoves) return undefined;
  const sums = new Map(serving);
  const order: M[] = [];
  const left = new Set(moves);
  const hopeless = new Set<string>();
  let tries = 0;

  const add = (name: string, percent: number) => sums.set(name, (sums.get(name) ?? 0) + percent);
  const fits = (move: M) => gainOf(move) === 0 || (sums.get(move.to.name) ?? 0) + gainOf(move) <= 100;
  const shift = ({ from, to }: M, direction: 1 | -1) => {
    if (from !== null) add(from.name, -direction * from.split);
    add(to.name, direction * to.split);
  };
  const search = (): boolean => {
    if (left.size === 0) return true;
    const key = moves.map((move) => (left.has(move) ? '1' : '0')).join('');
    if (hopeless.has(key)) return false;
    for (const move of moves.filter((one) => left.has(one))) {
      if (!fits(move)) continue;
      tries += 1;
      if (tries > maxTries) return false;
      left.delete(move);
      order.push(move);
      shift(move, 1);
      if (search()) return true;
      shift(move, -1);
      order.pop();
      left.add(move);
    }
    hopeless.add(key);
    return false;
  };
  return search() ? order : undefined;
}
