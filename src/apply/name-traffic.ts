import { trafficSplitOf } from '../kinds/speech-engine.js';
import type { LedgerState } from '../ledger/ledger-state.js';
import type { BuiltPlan } from '../plan/build.js';
import { plannedChange } from '../plan/planned-change.js';
import type { NameTraffic } from './give-back.js';
import { type HalfDoneShift, halfDoneShifts } from './half-done-shifts.js';
import { type Progress, startProgress } from './progress.js';

/** What the versions of one name serve beside the changes of `group`, and what an earlier run owes them. */
export function nameTraffic(
  built: BuiltPlan,
  group: readonly Progress[],
  ledger: Pick<LedgerState, 'lastApplied'>,
): NameTraffic {
  const identity = group[0]?.change.resource.identity;
  if (identity?.kind !== 'SpeechEngine') return { owed: [], standing: 0 };
  const changing = new Map(group.map((one) => [one.change.id, one]));
  const compared = built.compared.filter(({ resource: { identity: other } }) => {
    return other.kind === identity.kind && other.name === identity.name;
  });
  const changes = group.map(({ change }) => change);
  const shifts = halfDoneShifts({ compared, changes }, ledger);
  const owed = shifts.map((shift) => ({
    progress: changing.get(shift.comparison.id) ?? start(shift),
    before: shift.before,
  }));
  const accounted = new Set([...changing.keys(), ...shifts.map(({ comparison }) => comparison.id)]);
  const managed = compared.filter(({ id }) => !accounted.has(id)).map(({ before }) => trafficSplitOf(before ?? {}));
  const unmanaged = built.plan.unmanaged
    .filter(({ kind, name }) => kind === identity.kind && name === identity.name)
    .map(({ trafficSplit = 0 }) => trafficSplit);
  return { owed, standing: [...managed, ...unmanaged].reduce((sum, split) => sum + split, 0) };
}

/** The progress of an engine that the plan does not change. */
function start({ comparison }: HalfDoneShift): Progress {
  return startProgress(plannedChange(comparison));
}

/** Something was tried with it. */
export function wasTouched({ status }: Progress): boolean {
  return status !== 'not-attempted';
}
