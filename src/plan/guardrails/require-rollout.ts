import type { Guardrails } from '../../model/guardrails.js';
import type { GuardrailRefusal } from '../../model/refusal.js';
import type { GuardedPlan } from './guarded-plan.js';
import { splitRise } from './split-rise.js';

const hint = 'requireRollout wants a `rollout` in its manifest; this version of cxone-gitops carries none out yet.';

/** Refuses each split that would rise beside another version that serves, where its manifest has no `rollout`. */
export function requireRollout(
  { changes, traffic }: GuardedPlan,
  { requireRollout: required = false }: Guardrails,
): GuardrailRefusal[] {
  if (!required) return [];
  return changes.flatMap((change) => {
    const { id, resource, live } = change;
    const [before, after] = splitRise(change, traffic);
    if (resource.rollout !== undefined || after <= before) return [];
    const beside = traffic
      .under(resource.identity.name)
      .filter((one) => (one.live?.split ?? 0) > 0 && one.remoteId !== live?.remoteId);
    if (beside.length === 0) return [];
    const others = beside.map((one) => `${one.version}, which serves ${one.live?.split ?? 0}`).join(', and ');
    const message = `its split would rise from ${before} to ${after} beside ${others}, without a rollout`;
    return [{ code: 'no-rollout', id, message, hint }];
  });
}
