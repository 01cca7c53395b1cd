import type { Environment } from '../model/generated/environment.js';
import type { Guardrails } from '../model/guardrails.js';
import { isJsonObject } from '../model/json.js';
import { checkDocument } from './check-document.js';

/**
 * The guardrails among recorded trusted settings; undefined where they are not as their schema wants, as those of a later
 * version may be.
 */
export function recordedGuardrails(settings: unknown): Guardrails | undefined {
  const guardrails = isJsonObject(settings) ? settings['guardrails'] : undefined;
  if (!isJsonObject(guardrails)) return undefined;
  // No guardrails are no member in a manifest, and an empty object here.
  if (Object.keys(guardrails).length === 0) return {};
  const document = { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec: { orgId: 'recorded', guardrails } };
  if (checkDocument('Environment', document).length > 0) return undefined;
  // The schema, which the type is generated from, has nothing against it.
  return (document as unknown as Environment).spec.guardrails;
}
