import type { Drift } from '../model/generated/drift.js';
import type { Plan } from '../model/generated/plan.js';

/**
 * The same comparison as a plan, told from git's side: what live differs in. Where live still is what was last applied,
 * git has moved on and waits to be applied: `pending`.
 */
export function driftOf(plan: Plan): Drift {
  const { environment, simulated, unmanaged, unserved } = plan;
  const drift = plan.changes.flatMap(({ action, id, remoteId, fields }) => {
    if (action === 'create' || remoteId === null) return [];
    return [{ id, remoteId, fields: fields.map(driftedField) }];
  });
  const missing = plan.changes.filter(({ action }) => action === 'create').map(({ id, source }) => ({ id, source }));
  const status = drift.length + missing.length > 0 ? 'drifted' : 'in-sync';
  const found: Drift = { formatVersion: 1, environment, simulated, status, drift, missing, unmanaged };
  return unserved === undefined ? found : { ...found, unserved };
}

function driftedField({ path, before, after, cause }: Plan['changes'][number]['fields'][number]) {
  return { path, git: after, live: before, cause: cause === 'change' ? ('pending' as const) : cause };
}
