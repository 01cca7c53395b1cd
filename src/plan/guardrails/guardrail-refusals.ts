import type { Guardrails } from '../../model/guardrails.js';
import type { GuardrailRefusal } from '../../model/refusal.js';
import { changeWindows } from './change-windows.js';
import type { GuardedPlan } from './guarded-plan.js';
import { maxChanges } from './max-changes.js';
import { maxTrafficIncrease } from './max-traffic-increase.js';
import { protectedIdentities } from './protected.js';
import { requireRollout } from './require-rollout.js';

/** Guardrails, and whose they are: `head`, or `the last apply`. */
export interface NamedGuardrails {
  readonly of: string;
  readonly guardrails: Guardrails;
}

/** In the order in which refusals are shown: the whole plan first. */
const rules: readonly ((plan: GuardedPlan, guardrails: Guardrails) => GuardrailRefusal[])[] = [
  changeWindows,
  maxChanges,
  protectedIdentities,
  maxTrafficIncrease,
  requireRollout,
];

/**
 * Why guardrails refuse a plan; empty where none does, and where there is nothing to change. All sets must pass. A reason
 * that every set gives is told once, any other with the set that gives it (docs/semantics.md, "Guardrails").
 */
export function guardrailRefusals(plan: GuardedPlan, sets: readonly NamedGuardrails[]): GuardrailRefusal[] {
  if (plan.changes.length === 0) return [];
  return rules.flatMap((rule) => {
    const given = new Map<string, { readonly refusal: GuardrailRefusal; readonly by: string[] }>();
    for (const { of, guardrails } of sets) {
      for (const refusal of rule(plan, guardrails)) {
        const key = JSON.stringify([refusal.code, refusal.id, refusal.message]);
        const known = given.get(key);
        if (known === undefined) given.set(key, { refusal, by: [of] });
        else known.by.push(of);
      }
    }
    return [...given.values()].map(({ refusal, by }) =>
      by.length === sets.length
        ? refusal
        : { ...refusal, message: `${refusal.message} (guardrails of ${by.join(', ')})` },
    );
  });
}
