import type { Ledger } from '../../ledger/open-ledger.js';
import type { Claimed } from '../../model/generated/ledger-entry.js';
import { trustChanges } from '../../model/trust-changes.js';
import { type TrustedSettings, trustedJson, trustHash } from '../../model/trusted-settings.js';
import { lastSettings } from './trust-refusals.js';

/**
 * Records the trusted settings of an apply, once all that they change is accepted, unless the ledger's last ones are the
 * same. Where a write of an earlier run was cut off, it records them again: an entry has to say so, and this apply may
 * have no other.
 */
export async function recordTrust(
  ledger: Pick<Ledger, 'append' | 'state' | 'hasCutTail'>,
  wanted: TrustedSettings,
  claimed: Claimed,
  { acceptTrust }: { readonly acceptTrust?: string } = {},
): Promise<void> {
  const settings = trustedJson(wanted);
  const last = lastSettings(ledger.state);
  const changed = last === undefined ? [] : trustChanges(last, settings);
  if (last !== undefined && changed.length === 0 && !ledger.hasCutTail) return;
  const entry = { kind: 'trust', trustHash: trustHash(settings), settings, claimed } as const;
  await ledger.append({ ...entry, accepted: acceptedBy() });

  function acceptedBy(): 'first' | 'operator' | 'given-up' {
    if (last === undefined) return 'first';
    if (changed.length === 0) return ledger.state.lastTrust?.accepted ?? 'first';
    const isMore = changed.some(({ direction }) => direction === 'more');
    return isMore || acceptTrust !== undefined ? 'operator' : 'given-up';
  }
}
