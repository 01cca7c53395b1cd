import type { Guardrails } from '../../model/guardrails.js';
import { formatIdentity } from '../../model/identity.js';
import { matchesPattern } from '../../model/matches-pattern.js';
import type { GuardrailRefusal } from '../../model/refusal.js';
import type { Comparison } from '../planned-change.js';
import type { GuardedPlan } from './guarded-plan.js';

const hint = 'Take the change back, or leave it out with --only.';

/** Refuses each change of what is protected, under the name that it has or the one that it is to get. */
export function protectedIdentities(
  { changes }: GuardedPlan,
  { protected: patterns = [] }: Guardrails,
): GuardrailRefusal[] {
  return changes.flatMap((change) => {
    const names = namesOf(change);
    const pattern = patterns.find((one) => names.some((name) => matchesPattern(one, name)));
    if (pattern === undefined) return [];
    const what = change.live === null ? 'created' : 'changed';
    const by = pattern === change.id ? 'protected' : `protected by ${pattern}`;
    return [{ code: 'protected', id: change.id, message: `it would be ${what}, and is ${by}`, hint }];
  });
}

function namesOf({ id, live }: Comparison): string[] {
  return live === null ? [id] : [id, formatIdentity(live.identity)];
}
