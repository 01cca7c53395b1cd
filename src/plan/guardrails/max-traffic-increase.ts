import type { Guardrails } from '../../model/guardrails.js';
import type { GuardrailRefusal } from '../../model/refusal.js';
import type { GuardedPlan } from './guarded-plan.js';
import { splitRise } from './split-rise.js';

/** Refuses each engine version whose split would rise by more percentage points than it may; a new one rises from 0. */
export function maxTrafficIncrease(
  { changes, traffic }: GuardedPlan,
  { maxTrafficIncrease: limit }: Guardrails,
): GuardrailRefusal[] {
  if (limit === undefined) return [];
  return changes.flatMap((change) => {
    const [before, after] = splitRise(change, traffic);
    if (after - before <= limit) return [];
    const points = `${after - before} ${after - before === 1 ? 'point' : 'points'}`;
    const message = `its split would rise from ${before} to ${after}, by ${points}, and maxTrafficIncrease is ${limit}`;
    const hint = limit === 0 ? 'No split may rise.' : `In one apply it may rise to ${before + limit}.`;
    return [{ code: 'traffic-increase', id: change.id, message, hint }];
  });
}
