import { sameJson } from '../model/json.js';
import type { Step } from '../plan/steps.js';

/**
 * True for a write that sends secrets and nothing else: the state after it is the state before, so no look at live can
 * tell whether it was done (docs/semantics.md, "Webhook secrets").
 */
export function unseen({ change, from, to }: Step): boolean {
  return change.secrets.length > 0 && sameJson(from, to);
}
