import { type ShiftedEngine, shortfalls } from './shortfall.js';

/**
 * The split that a lowered engine gets back in a run that failed, in percent; undefined where it gets nothing. It is never
 * more than the engine served before, than what its name is certainly short of, or than what leaves the name at 100
 * whatever became of writes without a known outcome. `engines` are all of the linked names.
 */
export function splitToRestore(engine: ShiftedEngine, engines: readonly ShiftedEngine[]): number | undefined {
  const { before, now, perhaps } = engine;
  if (now === null || perhaps !== undefined) return undefined;
  const short = shortfalls(engines, { finished: () => false }).find(({ name }) => name === now.name)?.certain ?? 0;
  const given = Math.min(short, (before?.split ?? 0) - now.split);
  return given > 0 ? now.split + given : undefined;
}
