import { kindDefinition } from '../kinds/kinds.js';
import { secretTarget } from '../kinds/secret-target.js';
import type { Resource } from '../model/resource.js';
import type { TrustedSettings, WebhookTarget } from '../model/trusted-settings.js';
import type { EnvironmentSettings } from './environment-settings.js';

/** The trusted settings of an environment: those of its environment.yaml, and where its webhooks send header values. */
export function trustedSettings(
  { endpoint, credentials, ledgerPath, ledgerBranch, guardrails }: EnvironmentSettings,
  resources: readonly Resource[],
): TrustedSettings {
  return {
    baseUrl: endpoint.baseUrl,
    tokenUrl: endpoint.tokenUrl,
    credentials: { ...credentials },
    ledger: ledgerBranch ?? ledgerPath ?? null,
    guardrails,
    webhooks: webhookTargets(resources),
  };
}

function webhookTargets(resources: readonly Resource[]): WebhookTarget[] {
  const byVariable = new Map<string, Set<string>>();
  for (const resource of resources) {
    const origin = secretTarget(resource);
    if (origin === undefined) continue;
    for (const { variable } of kindDefinition(resource.identity.kind).secretsOf(resource)) {
      byVariable.set(variable, (byVariable.get(variable) ?? new Set<string>()).add(origin));
    }
  }
  return [...byVariable]
    .map(([variable, origins]) => ({ variable, origins: [...origins].toSorted() }))
    .toSorted((a, b) => (a.variable < b.variable ? -1 : 1));
}
