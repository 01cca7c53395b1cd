import type { Change, Plan } from '../model/generated/plan.js';
import { KnownError } from '../model/known-error.js';
import type { BuiltPlan } from '../plan/build.js';
import { comparePlans } from '../plan/compare-plans.js';

/**
 * The changes of a saved plan that are live already (without one: none), or why this plan must not be applied: a
 * guardrail refuses it, or it is no longer what was saved.
 */
export function checkPlan(saved: Plan | undefined, { plan, liveHash }: BuiltPlan): readonly Change[] | KnownError {
  if (plan.refusals.length > 0) return refused(plan);
  if (saved === undefined) return [];
  const { stale, alreadyApplied } = comparePlans(saved, plan, liveHash);
  if (stale.length === 0) return saved.changes.filter(({ id }) => alreadyApplied.includes(id));
  const lines = stale.map((entry) => `${entry.id}: then ${entry.saved}, now ${entry.fresh}`);
  return new KnownError('StalePlanError', `the saved plan is stale: ${lines.join('; ')}`, {
    hint: 'Nothing was written. Plan again, and have that plan approved.',
  });
}

function refused({ environment, refusals }: Plan): KnownError {
  const reasons = refusals.map(({ id, message, hint }) => `${id}: ${message}. ${hint ?? ''}`);
  return new KnownError('GuardrailError', `environment ${environment}: ${reasons.join(' ')}`, {
    hint: 'Nothing was written.',
  });
}
