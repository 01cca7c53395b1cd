import type { Change } from '../model/generated/plan.js';

/**
 * False for a change that is in a plan only because a secret is to be sent: its state stays as it is. Plans that are made
 * without secrets don't have it, so neither planHash nor a saved plan speaks of it (docs/semantics.md, "Webhook secrets").
 */
export function changesState({ beforeHash, payloadHash }: Pick<Change, 'beforeHash' | 'payloadHash'>): boolean {
  return beforeHash !== payloadHash;
}
