import { canonicalJson } from '../model/canonical-json.js';
import type { Plan } from '../model/generated/plan.js';
import { sha256 } from '../model/hash.js';
import { changesState } from './changes-state.js';

/**
 * Identifies what a plan does. Causes, sources, git and secrets are outside it, so that the preview of a pull request and
 * the apply after its merge agree (docs/semantics.md, "planHash").
 */
export function planHash({ formatVersion, endpoint, environment, only, changes }: Omit<Plan, 'planHash'>): string {
  const essence = {
    formatVersion,
    endpoint,
    environment,
    only: [...only],
    changes: changes
      .filter(changesState)
      .map(({ action, id, remoteId, beforeHash, payloadHash }) => ({ action, id, remoteId, beforeHash, payloadHash }))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1)),
  };
  return sha256(`cxone-gitops-plan/v1\n${canonicalJson(essence)}`);
}
