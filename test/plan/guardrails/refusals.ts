import type { Guardrails } from '../../../src/model/guardrails.js';
import type { Refusal } from '../../../src/model/refusal.js';
import type { PlanInput } from '../../../src/plan/build.js';
import { planOf } from '../sample.js';

/** Why these guardrails refuse the plan of the input. */
export function refusalsOf(guardrails: Guardrails, over: Partial<PlanInput>): readonly Refusal[] {
  return planOf({ ...over, guardrails: [{ of: 'head', guardrails }] }).plan.refusals;
}
