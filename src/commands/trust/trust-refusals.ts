import type { LedgerState } from '../../ledger/ledger-state.js';
import { isJsonObject, type JsonObject } from '../../model/json.js';
import { KnownError } from '../../model/known-error.js';
import type { TrustChange } from '../../model/trust-changes.js';

/** What a ledger tells of trusted settings. */
export type Recorded = Pick<LedgerState, 'lastTrust'>;

/** The trusted settings of the last apply; undefined without one. */
export function lastSettings({ lastTrust }: Recorded): JsonObject | undefined {
  return isJsonObject(lastTrust?.settings) ? lastTrust.settings : undefined;
}

/** That trusted settings changed, old → new, with what to do. */
export function changedTrust(environment: string, changed: readonly TrustChange[], hint: string): KnownError {
  return new KnownError(
    'TrustError',
    `environment ${environment}: its trusted settings changed since the last apply: ${words(changed)}`,
    { hint },
  );
}

/** That `--accept-trust` has another hash than the settings. */
export function wrongHash(
  environment: string,
  given: string,
  hash: string,
  changed: readonly TrustChange[],
): KnownError {
  const what = changed.length === 0 ? '' : `, which changed since the last apply: ${words(changed)}`;
  return new KnownError(
    'TrustError',
    `environment ${environment}: --accept-trust ${given} is not the hash of its trusted settings${what}`,
    { hint: `Nothing was written, and no secret was read. Their hash is ${hash}.` },
  );
}

/** In one sentence. */
const maxShown = 20;

/** `baseUrl from A to B; webhooks.CXONE_WEBHOOK_QA from nothing to B`. */
function words(changed: readonly TrustChange[]): string {
  const shown = changed
    .slice(0, maxShown)
    .map(({ setting, before, after }) => `${setting} from ${before ?? 'none'} to ${after ?? 'none'}`);
  const more = changed.length > maxShown ? [`and ${changed.length - maxShown} more, which plan shows`] : [];
  return [...shown, ...more].join('; ');
}
