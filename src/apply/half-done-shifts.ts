import { trafficSplitOf } from '../kinds/speech-engine.js';
import type { LedgerState } from '../ledger/ledger-state.js';
import { hashJson } from '../model/hash.js';
import type { BuiltPlan } from '../plan/build.js';
import type { Comparison } from '../plan/planned-change.js';

/** An engine from which an earlier run took traffic, for versions that this plan is still to raise. */
export interface HalfDoneShift {
  readonly comparison: Comparison;
  /** Its split before that run took any, and as it is now, in percent. */
  readonly before: number;
  readonly now: number;
  /** The identities that are still to be raised. */
  readonly raises: readonly string[];
}

/**
 * The shifts that an earlier run ended in the middle of: the ledger says that it lowered an engine for others, live is
 * still as that left it, and this plan raises one of them. If it can't, what was taken is to be given back
 * (docs/semantics.md, "Applying").
 */
export function halfDoneShifts(
  { compared, changes }: Pick<BuiltPlan, 'compared' | 'changes'>,
  { lastApplied }: Pick<LedgerState, 'lastApplied'>,
): HalfDoneShift[] {
  const raising = new Set(changes.filter(raisesTraffic).map(({ id }) => id));
  return compared.flatMap((comparison) => {
    const { live, before } = comparison;
    const last = live === null ? undefined : lastApplied(live.remoteId);
    const shift = last?.shift;
    if (before === null || shift === undefined || last?.resultHash !== hashJson(before)) return [];
    const raises = shift.raises.filter((id) => raising.has(id));
    return raises.length === 0 ? [] : [{ comparison, before: shift.before, now: shift.after, raises }];
  });
}

function raisesTraffic({ before, after }: Comparison): boolean {
  return trafficSplitOf(after) > trafficSplitOf(before ?? {});
}
