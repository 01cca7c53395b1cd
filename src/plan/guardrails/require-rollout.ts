import { trafficSplitOf } from '../../kinds/speech-engine.js';
import type { Guardrails } from '../../model/guardrails.js';
import type { GuardrailRefusal } from '../../model/refusal.js';
import type { GuardedPlan } from './guarded-plan.js';

const hint = 'requireRollout wants a `rollout` in its manifest; this version of cxone-gitops carries none out yet.';

/** Refuses each split that would rise beside another version that serves, where its manifest has no `rollout`. */
export function requireRollout(
  { changes, traffic }: GuardedPlan,
  { requireRollout: required = false }: Guardrails,
): GuardrailRefusal[] {
  if (!required) return [];
  return changes.flatMap((change) => {
    const { id, resource, live } = change;
    const [before, after] = [traffic.splitBefore(change), trafficSplitOf(change.after)];
    if (resource.rollout !== undefined || after <= before) return [];
    const beside = traffic.servingIn(resource.identity.name).filter(({ remoteId }) => remoteId !== live?.remoteId);
    if (beside.length === 0) return [];
    const others = beside.map(({ version, split }) => `${version}, which serves ${split}`).join(', and ');
    const message = `its split would rise from ${before} to ${after} beside ${others}, without a rollout`;
    return [{ code: 'no-rollout', id, message, hint }];
  });
}
