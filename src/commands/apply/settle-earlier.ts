import { auditLogOf } from '../../apply/audit-log.js';
import { type Recovered, type RecoverOptions, recover } from '../../apply/recover.js';
import { resolveIntent } from '../../apply/resolve-intent.js';
import { type DeliverySummary, deliver } from '../../ledger/delivery/deliver.js';
import { claimsOf } from '../ci/claims.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { parseResolution } from './parse-resolution.js';

/** What earlier runs left, once it is settled. */
export interface EarlierSettled {
  /** Their requests that were closed: what was planned before is no longer sure. */
  readonly recovered: readonly Recovered[];
  readonly delivered: DeliverySummary;
}

/**
 * Settles what earlier runs left open before anything is planned: what a person says of their requests (`--resolve`),
 * their requests without an outcome, and the audit events that wait (docs/semantics.md, "Applying"). Throws a KnownError
 * (UnknownOutcomeError) where nobody can tell yet what a request did.
 */
export async function settleEarlier(
  context: Context,
  options: SharedOptions & { readonly resolve?: readonly string[] },
  parts: RecoverOptions,
): Promise<EarlierSettled> {
  for (const { id, answer } of (options.resolve ?? []).map(parseResolution)) {
    await resolveIntent(parts.ledger, parts.writer, id, answer, claimsOf(context));
  }
  const recovered = await recover(parts);
  for (const { id, found } of recovered)
    say(context, options, `an earlier run was cut off at ${id}: ${recoveredWords[found]}`);
  return {
    recovered,
    delivered: await deliver(parts.ledger, auditLogOf(parts.writer, { refusal: () => parts.ledger.lost() }), parts),
  };
}

const recoveredWords = {
  applied: 'its request was done, and is recorded now',
  absent: 'its request was not done',
  overtaken: 'it has been changed since, and is planned anew',
  unseen: 'whether its header values arrived can not be seen',
};
