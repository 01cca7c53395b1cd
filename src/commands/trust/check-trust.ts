import type { Plan } from '../../model/generated/plan.js';
import { type TrustChange, trustChanges } from '../../model/trust-changes.js';
import { trustedJson, trustHash } from '../../model/trusted-settings.js';
import type { Trusted } from './choose-trusted.js';
import { changedTrust, lastSettings, type Recorded, wrongHash } from './trust-refusals.js';

/**
 * What the preview says of trusted settings: what an apply of these manifests will have to have accepted, and by which
 * hash. Without an apply in the ledger, what differs from the ref that is trusted. Undefined where nothing differs.
 */
export function previewTrust({ wanted, atRef }: Trusted, ledger: Recorded): Plan['trust'] {
  const last = lastSettings(ledger);
  const settings = last ?? (atRef === undefined ? undefined : trustedJson(atRef.settings));
  if (settings === undefined) return undefined;
  const changed = trustChanges(settings, trustedJson(wanted));
  if (changed.length === 0) return undefined;
  const since = last === undefined ? 'trust-ref' : 'last-apply';
  return { hash: trustHash(trustedJson(wanted)), since, changed };
}

/** Whether an operator has to accept one of the changes. */
export function needsAcceptance(trust: Plan['trust']): boolean {
  return trust?.changed.some(({ direction }) => direction === 'more') === true;
}

/** Whether a setting says where the client's credentials go, or the ledger, which says what was trusted. */
export function isConnection({ setting }: TrustChange): boolean {
  return !/^(guardrails|webhooks)\b/.test(setting);
}

/**
 * Throws a KnownError (TrustError) for a run that applies nothing, where the client's credentials would go elsewhere than
 * before: its endpoint, credential variables or ledger changed. Under `--trust-ref` what the ref says is in effect.
 */
export function checkConnectionTrust(
  environment: string,
  { wanted, atRef }: Pick<Trusted, 'wanted' | 'atRef'>,
  ledger: Recorded,
  { acceptTrust }: { readonly acceptTrust?: string } = {},
): void {
  const last = lastSettings(ledger);
  const inEffect = trustedJson(atRef?.settings ?? wanted);
  const hash = trustHash(inEffect);
  if (acceptTrust !== undefined && acceptTrust !== hash) throw wrongHash(environment, acceptTrust, hash, []);
  if (last === undefined || acceptTrust === hash) return;
  const changed = trustChanges(last, inEffect).filter(isConnection);
  if (changed.length === 0) return;
  const hint = `Nothing was sent, and no secret was read. Where this is meant, an operator applies with --accept-trust ${hash}.`;
  throw changedTrust(environment, changed, hint);
}
