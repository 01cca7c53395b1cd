import type { Claimed } from '../../model/generated/ledger-entry.js';
import { KnownError } from '../../model/known-error.js';
import type { Ledger } from '../open-ledger.js';

/**
 * Records what a person found out about an audit event that was sent: the id that the audit log gave it, or 'absent',
 * after which it is sent again. `outcome` is the number of the entry that holds the event. Throws a LedgerError for
 * one that does not wait for an answer.
 */
export async function resolveDelivery(
  ledger: Ledger,
  outcome: number,
  answer: { readonly logId: string } | 'absent',
  claimed: Claimed,
): Promise<void> {
  const delivery = ledger.state.delivery(outcome);
  if (delivery === undefined || delivery.status === 'pending') {
    const why =
      delivery === undefined ? 'has no audit event that is undelivered' : 'holds an audit event that was not sent';
    throw new KnownError('LedgerError', `Entry ${outcome} of the ledger: it ${why}`, {
      hint: 'See which deliveries are unknown: cxone-gitops audit verify.',
    });
  }
  const logId = answer === 'absent' ? null : answer.logId;
  await ledger.append({ kind: 'resolved', subject: outcome, answer: logId, by: 'person', reason: null, claimed });
}
