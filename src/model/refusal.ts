import type { Plan } from './generated/plan.js';

/** Why apply writes nothing of a plan. `id` is what it is about; of the plan as a whole, the environment's name. */
export type Refusal = Plan['refusals'][number];

/** The rules of environment.yaml (docs/semantics.md, "Guardrails"). */
const guardrailCodes = [
  'too-many-changes',
  'too-many-updates',
  'traffic-increase',
  'protected',
  'no-rollout',
  'outside-change-window',
  'clock-skew',
] as const;

export interface GuardrailRefusal extends Refusal {
  readonly code: (typeof guardrailCodes)[number];
}

const overridable: ReadonlySet<string> = new Set(guardrailCodes);

/** Whether `apply --override` passes it: a guardrail does so, the sum of the splits does not. */
export function isOverridable({ code }: Refusal): boolean {
  return overridable.has(code);
}
