import type { BuiltPlan } from '../plan/build.js';
import { namedSplit } from '../plan/plan-traffic.js';
import { type Shortfall, shortfalls } from '../traffic/shortfall.js';
import type { UnfinishedShift } from '../traffic/unfinished-shifts.js';
import { shiftedEngine, standing } from './name-traffic.js';
import { isShifted, type Progress } from './progress.js';

/**
 * The traffic that no version serves after a run that came as far as `progress` says, by name. Without progress, it is
 * what earlier runs left unserved and this plan is still to raise.
 */
export function unservedTraffic(
  { traffic }: Pick<BuiltPlan, 'traffic'>,
  shifts: readonly UnfinishedShift[],
  progress: readonly Progress[] = [],
): Shortfall[] {
  const byRemoteId = new Map(shifts.map((shift) => [shift.engine.remoteId, shift]));
  const engineProgress = progress.filter(({ change }) => traffic.engine(change.id) !== undefined);
  const written = new Map(engineProgress.map((one) => [one.change.id, one]));
  const stopped = new Set(engineProgress.filter((one) => !isShifted(one)).flatMap(namesOf));
  const engines = traffic.engines.map((engine) => {
    const shift = byRemoteId.get(engine.remoteId);
    const own = engine.desired === null ? undefined : written.get(engine.id);
    return own === undefined ? standing(engine, shift) : shiftedEngine(own, shift?.before);
  });
  return shortfalls(engines, { finished: (name) => !stopped.has(name) }).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
}

function namesOf({ change, confirmed }: Progress): string[] {
  return [namedSplit(change.before), namedSplit(change.after), namedSplit(confirmed)].flatMap((one) => one?.name ?? []);
}
