import type { Guardrails } from '../../model/guardrails.js';
import type { GuardrailRefusal } from '../../model/refusal.js';
import type { GuardedPlan } from './guarded-plan.js';

const hint = 'Apply it in parts with --only.';

/** Refuses an apply that changes more than it may: creates and updates by `count`, updates of what is live by `percent`. */
export function maxChanges(
  { environment, compared, changes }: GuardedPlan,
  { maxChanges: { count, percent } = {} }: Guardrails,
): GuardrailRefusal[] {
  const refusals: GuardrailRefusal[] = [];
  if (count !== undefined && changes.length > count) {
    const words = changes.length === 1 ? '1 change' : `${changes.length} changes`;
    const message = `${words} in one apply, and maxChanges.count is ${count}`;
    refusals.push({ code: 'too-many-changes', id: environment, message, hint });
  }
  const described = compared.filter(({ live }) => live !== null).length;
  const updates = changes.filter(({ live }) => live !== null).length;
  if (percent !== undefined && updates * 100 > percent * described) {
    const message = `${updates} of ${described} live resources with a manifest would change, and maxChanges.percent is ${percent}`;
    refusals.push({ code: 'too-many-updates', id: environment, message, hint });
  }
  return refusals;
}
