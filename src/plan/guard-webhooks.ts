import { kindDefinition } from '../kinds/kinds.js';
import { secretTarget } from '../kinds/secret-target.js';
import type { Plan } from '../model/generated/plan.js';
import type { WebhookTarget } from '../model/trusted-settings.js';
import type { Comparison } from './planned-change.js';

/** Where header values may go, and the ref whose tip says so. */
export interface TrustedTargets {
  readonly ref: string;
  readonly webhooks: readonly WebhookTarget[];
}

/**
 * Refuses each change of a webhook that would have a value sent where the trusted ref has not: also one of the address
 * alone, since CXone then sends the value that it holds there (docs/security.md, "Trust").
 */
export function guardWebhooks(changes: readonly Comparison[], { ref, webhooks }: TrustedTargets): Plan['refusals'] {
  const origins = new Map(webhooks.map(({ variable, origins: known }) => [variable, new Set(known)]));
  return changes.flatMap(({ id, resource }) => {
    const target = secretTarget(resource);
    const secrets = target === undefined ? [] : kindDefinition(resource.identity.kind).secretsOf(resource);
    const untrusted = secrets.filter(({ variable }) => origins.get(variable)?.has(target ?? '') !== true);
    const variables = [...new Set(untrusted.map(({ variable }) => variable))];
    if (variables.length === 0) return [];
    return [
      {
        code: 'untrusted-target',
        id,
        message: `the value of ${variables.join(', ')} would go to ${target}, which ${ref} does not say`,
        hint: `Merge it into ${ref} first; an operator then accepts it with apply --accept-trust.`,
      },
    ];
  });
}
