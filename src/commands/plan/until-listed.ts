import type { Clock } from '../../model/clock.js';
import type { BuiltPlan } from '../../plan/build.js';
import { namedSplit } from '../../plan/plan-traffic.js';
import type { PlannedChange } from '../../plan/planned-change.js';
import { gainOf } from '../../traffic/move.js';

/** A plan, and when its lists were asked for, in milliseconds since 1970. */
export interface TimedPlan {
  readonly at: number;
  readonly built: BuiltPlan;
}

/**
 * What was created a moment ago may not be listed yet: it would be planned to be created again, and its split would be
 * missing in the sum of its name. Waits until it is listed, where a plan creates or raises and was made too early to
 * know; returns whether it was, so that a new plan is due.
 * `createdAt` is when something was last created, in milliseconds since 1970 (docs/semantics.md, "Applying").
 */
export async function untilListed(
  clock: Clock,
  { at, built }: TimedPlan,
  createdAt: number,
  listLagMs: number,
  interrupt: AbortSignal,
): Promise<boolean> {
  const listedAt = createdAt + listLagMs;
  if (at >= listedAt || !built.changes.some(needsWholeList)) return false;
  // The clock of the machine that created it may be ahead: no wait is longer than the lag.
  await clock.sleep(Math.min(listLagMs, Math.max(0, listedAt - clock.now())), interrupt);
  return true;
}

/** What other resources there are decides whether it may be done. */
function needsWholeList({ before, after }: PlannedChange): boolean {
  return before === null || gainOf({ from: namedSplit(before), to: namedSplit(after) }) > 0;
}
