import type { LedgerState } from '../../ledger/ledger-state.js';
import type { Ledger } from '../../ledger/open-ledger.js';
import { canonicalJson } from '../../model/canonical-json.js';
import type { Claimed } from '../../model/generated/ledger-entry.js';
import type { Plan } from '../../model/generated/plan.js';
import { isJsonObject, type JsonObject } from '../../model/json.js';
import { KnownError } from '../../model/known-error.js';
import { type TrustChange, trustChanges } from '../../model/trust-changes.js';
import { type TrustedSettings, trustedJson, trustHash } from '../../model/trusted-settings.js';
import type { Trusted } from './choose-trusted.js';

type Recorded = Pick<LedgerState, 'lastTrust'>;

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

/**
 * Throws a KnownError (TrustError) unless the trusted settings are those of the last apply, whatever its endpoint, or an
 * operator gave their hash. The first apply of a ledger has nothing to be held against (docs/security.md, "Trust").
 */
export function checkTrust(
  environment: string,
  wanted: TrustedSettings,
  ledger: Recorded,
  { acceptTrust }: { readonly acceptTrust?: string },
): void {
  const settings = trustedJson(wanted);
  refuseHuge(environment, settings);
  const hash = trustHash(settings);
  const last = lastSettings(ledger);
  const changed = last === undefined ? [] : trustChanges(last, settings);
  if (acceptTrust !== undefined && acceptTrust !== hash) throw wrongHash(environment, acceptTrust, hash, changed);
  if (changed.length === 0 || acceptTrust === hash) return;
  throw new KnownError(
    'TrustError',
    `environment ${environment}: its trusted settings changed since the last apply: ${words(changed)}`,
    {
      hint: `Nothing was written, and no secret was read. Where this is meant, an operator adds --accept-trust ${hash}.`,
    },
  );
}

/**
 * Throws the same for a run that applies nothing, where the client's credentials would go elsewhere than before: its
 * endpoint, credential variables or ledger changed. Under `--trust-ref` what the ref says is in effect.
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
  const changed = trustChanges(last, inEffect).filter(({ setting }) => !/^(guardrails|webhooks)\b/.test(setting));
  if (changed.length === 0) return;
  throw new KnownError(
    'TrustError',
    `environment ${environment}: its trusted settings changed since the last apply: ${words(changed)}`,
    {
      hint: `Nothing was sent, and no secret was read. Where this is meant, an operator applies with --accept-trust ${hash}.`,
    },
  );
}

function wrongHash(environment: string, given: string, hash: string, changed: readonly TrustChange[]): KnownError {
  const what = changed.length === 0 ? '' : `, which changed since the last apply: ${words(changed)}`;
  return new KnownError(
    'TrustError',
    `environment ${environment}: --accept-trust ${given} is not the hash of its trusted settings${what}`,
    { hint: `Nothing was written, and no secret was read. Their hash is ${hash}.` },
  );
}

/**
 * Records the settings that this apply goes by, unless the ledger's last ones are the same. Where a write of an earlier
 * run was cut off, it records them again: an entry has to say so, and this apply may have no other.
 */
export async function recordTrust(
  ledger: Pick<Ledger, 'append' | 'state' | 'hasCutTail'>,
  wanted: TrustedSettings,
  claimed: Claimed,
): Promise<void> {
  const settings = trustedJson(wanted);
  const last = lastSettings(ledger.state);
  const isSame = last !== undefined && trustChanges(last, settings).length === 0;
  if (isSame && !ledger.hasCutTail) return;
  const accepted = last === undefined ? 'first' : isSame ? (ledger.state.lastTrust?.accepted ?? 'first') : 'operator';
  await ledger.append({ kind: 'trust', trustHash: trustHash(settings), settings, accepted, claimed });
}

/** In one sentence. */
const maxShown = 20;

function lastSettings({ lastTrust }: Recorded): JsonObject | undefined {
  return isJsonObject(lastTrust?.settings) ? lastTrust.settings : undefined;
}

/** They are one line of the ledger, which holds 1 MiB (docs/ledger.md). */
const maxSettingsBytes = 512 * 1024;

function refuseHuge(environment: string, settings: JsonObject): void {
  if (Buffer.byteLength(canonicalJson(settings)) <= maxSettingsBytes) return;
  throw new KnownError(
    'ConfigurationError',
    `environment ${environment}: its trusted settings are larger than 512 KiB`,
    {
      hint: 'Its webhooks name too many variables and origins for one environment: split it.',
    },
  );
}

/** `baseUrl from A to B; webhooks.CXONE_WEBHOOK_QA from nothing to B`. */
function words(changed: readonly TrustChange[]): string {
  const shown = changed
    .slice(0, maxShown)
    .map(({ setting, before, after }) => `${setting} from ${before ?? 'none'} to ${after ?? 'none'}`);
  const more = changed.length > maxShown ? [`and ${changed.length - maxShown} more, which plan shows`] : [];
  return [...shown, ...more].join('; ');
}
