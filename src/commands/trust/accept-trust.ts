import { canonicalJson } from '../../model/canonical-json.js';
import type { JsonObject } from '../../model/json.js';
import { KnownError } from '../../model/known-error.js';
import { type TrustChange, trustChanges } from '../../model/trust-changes.js';
import { type TrustedSettings, trustedJson, trustHash } from '../../model/trusted-settings.js';
import { trustSentence } from '../../report/trust-words.js';
import { runsInCi } from '../ci/runs-in-ci.js';
import { type Context, say } from '../context.js';
import { askTrust } from './ask-trust.js';
import { isConnection } from './check-trust.js';
import { requestVariable } from './trust.js';
import { changedTrust, lastSettings, type Recorded, wrongHash } from './trust-refusals.js';

export interface AcceptOptions {
  /** The hash that an operator accepts. */
  readonly acceptTrust?: string;
  readonly autoApprove?: boolean;
  readonly quiet?: boolean;
}

/** Which changes of the trusted settings an apply may go on with. */
export interface TrustAcceptance {
  /** The hash of the last apply's settings, which these were compared with; undefined without one. */
  readonly comparedWith: string | undefined;
  /** Rights more that apply asks about together with the plan. */
  readonly pending: readonly TrustChange[];
}

/**
 * Compares the trusted settings with those of the last apply, whatever its endpoint, before a secret is read. What gives
 * up a right is a note. A right more must be accepted by its hash, or on a terminal: about where credentials go and where
 * the ledger is, this function asks; the rest waits for the plan. Throws a KnownError: TrustError where nobody can be
 * asked or the hash is wrong, InterruptedError for a no. The first apply of a ledger has nothing to compare with
 * (docs/security.md, "Trust").
 */
export async function acceptTrust(
  context: Context,
  options: AcceptOptions,
  environment: string,
  wanted: TrustedSettings,
  ledger: Recorded,
): Promise<TrustAcceptance> {
  const settings = trustedJson(wanted);
  refuseHuge(environment, settings);
  const { hash, changed, more } = compare(settings, ledger);
  const given = options.acceptTrust;
  if (given !== undefined && given !== hash) throw wrongHash(environment, given, hash, changed);
  for (const change of changed) {
    if (change.direction === 'given-up')
      say(context, options, `note: trusted settings: ${trustSentence(change)}. This change needs no acceptance`);
  }
  const comparedWith = ledger.lastTrust?.trustHash;
  if (more.length === 0 || given === hash) return { comparedWith, pending: [] };
  if (!mayAsk(context, options)) throw refused(environment, more, hash);
  const connection = more.filter(isConnection);
  if (connection.length > 0) await askTrust(context, connection);
  return { comparedWith, pending: more.filter((change) => !isConnection(change)) };
}

/**
 * The same acceptance under the ledger's lock. Where another run recorded other settings meanwhile, nobody has been asked
 * about what differs from those. Throws a KnownError (TrustError) then, unless the hash was accepted.
 */
export function acceptedStill(
  environment: string,
  wanted: TrustedSettings,
  ledger: Recorded,
  acceptance: TrustAcceptance,
  options: Pick<AcceptOptions, 'acceptTrust'>,
): TrustAcceptance {
  const comparedWith = ledger.lastTrust?.trustHash;
  if (comparedWith === acceptance.comparedWith) return acceptance;
  const { hash, more } = compare(trustedJson(wanted), ledger);
  if (more.length > 0 && options.acceptTrust !== hash) throw refused(environment, more, hash);
  return { comparedWith, pending: [] };
}

function compare(settings: JsonObject, ledger: Recorded) {
  const last = lastSettings(ledger);
  const changed = last === undefined ? [] : trustChanges(last, settings);
  return { hash: trustHash(settings), changed, more: changed.filter(({ direction }) => direction === 'more') };
}

/** An answer counts where a person gives it: never in CI, whatever terminal it has. */
function mayAsk(context: Pick<Context, 'confirm' | 'env'>, { autoApprove }: AcceptOptions): boolean {
  if (context.confirm === undefined || autoApprove === true) return false;
  return !runsInCi(context.env) && requestVariable(context) === undefined;
}

function refused(environment: string, more: readonly TrustChange[], hash: string): KnownError {
  const hint = `Nothing was written, and no secret was read. Where this is meant, an operator adds --accept-trust ${hash}.`;
  return changedTrust(environment, more, hint);
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
