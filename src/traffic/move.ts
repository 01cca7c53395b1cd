import type { NamedSplit } from './engine-traffic.js';

/** What a change does to the traffic of one engine. */
export interface Move {
  /** Null: the engine is created. */
  readonly from: NamedSplit | null;
  readonly to: NamedSplit;
  /** The create takes two writes, so it can't get its split with the first. */
  readonly inTwoWrites: boolean;
}

/** What a move adds to the name that it leads to, in percent. An engine that a rename brings adds its whole split. */
export function gainOf({ from, to }: Pick<Move, 'from' | 'to'>): number {
  const had = from !== null && from.name === to.name ? from.split : 0;
  return Math.max(0, to.split - had);
}
