import type { BuiltPlan } from '../plan/build.js';
import { namedSplit } from '../plan/plan-traffic.js';
import { plannedChange } from '../plan/planned-change.js';
import type { EngineTraffic } from '../traffic/engine-traffic.js';
import type { ShiftedEngine } from '../traffic/shortfall.js';
import type { UnfinishedShift } from '../traffic/unfinished-shifts.js';
import { type Progress, startProgress } from './progress.js';

/** What engines serve while a run moves traffic: those that it changes, and those beside them. */
export interface NameTraffic {
  /** Engines that an earlier run lowered and that this run may restore; the plan changes some of them, too. */
  readonly lowered: readonly Progress[];
  /** The split that an engine had before an unfinished shift, in percent; undefined where there is none. */
  splitBefore(progress: Progress): number | undefined;
  /** How far every engine of the names has come by now. */
  engines(): readonly ShiftedEngine[];
  /** The same of one engine that the run changes or restores. */
  engine(progress: Progress): ShiftedEngine;
}

/** Prepares the traffic of a whole plan once; returns that of the names of some of its changes. */
export function openNameTraffic(
  built: BuiltPlan,
  shifts: readonly UnfinishedShift[],
): (group: readonly Progress[]) => NameTraffic {
  const { traffic } = built;
  const comparisons = new Map(built.compared.map((one) => [one.id, one]));
  const byRemoteId = new Map(shifts.map((shift) => [shift.engine.remoteId, shift]));
  return (group) => {
    const ids = new Set(group.map(({ change }) => change.id));
    const engines = group.filter(({ change }) => traffic.engine(change.id) !== undefined);
    const names = new Set(engines.flatMap(({ change }) => namesOf(change)));
    const beside = new Set([...names].flatMap((name) => traffic.under(name)).filter(({ live }) => live !== null));
    const changing = new Map(group.map((one) => [one.change.id, one]));
    const lowered: Progress[] = [];
    const others: ShiftedEngine[] = [];
    for (const engine of beside) {
      const shift = byRemoteId.get(engine.remoteId);
      const mayRestore = shift?.restorable === true && shift.raises.some((id) => ids.has(id));
      const own = engine.desired === null ? undefined : changing.get(engine.id);
      const comparison = comparisons.get(engine.id);
      if (mayRestore && comparison !== undefined) lowered.push(own ?? startProgress(plannedChange(comparison)));
      else if (own === undefined) others.push(standing(engine, shift));
    }
    const moving = [...new Set([...group, ...lowered])];
    const splitBefore = ({ change }: Progress) => byRemoteId.get(change.live?.remoteId ?? null)?.before;
    const engine = (one: Progress) => shiftedEngine(one, splitBefore(one));
    return { lowered, splitBefore, engine, engines: () => [...others, ...moving.map(engine)] };
  };
}

/** What the last write of an engine left, and what it may have left where its outcome is unknown. */
export function shiftedEngine(
  { change, confirmed, sent, status, notDone }: Progress,
  splitBefore: number | undefined,
): ShiftedEngine {
  const live = namedSplit(change.before);
  return {
    before: live === null || splitBefore === undefined ? live : { ...live, split: splitBefore },
    desired: namedSplit(change.after),
    planned: namedSplit(change.after),
    now: namedSplit(confirmed),
    ...(status === 'unknown' && !notDone && sent !== undefined && { perhaps: namedSplit(sent) }),
  };
}

/** An engine that the run does not write to. */
export function standing({ live, desired }: EngineTraffic, shift: UnfinishedShift | undefined): ShiftedEngine {
  const before = live === null || shift === undefined ? live : { ...live, split: shift.before };
  return { before, desired: desired ?? live, planned: live, now: live };
}

function namesOf({ before, after }: Progress['change']): string[] {
  return [namedSplit(after).name, ...(before === null ? [] : [namedSplit(before).name])];
}
