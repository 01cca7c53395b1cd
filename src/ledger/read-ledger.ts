import { type LedgerState, ledgerState } from './ledger-state.js';
import type { LedgerStore } from './ledger-store.js';
import { replay } from './replay.js';

export interface ReadLedgerOptions {
  readonly store: LedgerStore;
  readonly environment: string;
  /** Only its entries count. */
  readonly endpoint: string;
}

/**
 * What an environment's ledger says, without taking its lock: for plan, drift and reports. No ledger is an empty one,
 * and a last line that is being written is not there yet. Throws a LedgerError for a ledger that can't be read.
 */
export async function readLedger({ store, environment, endpoint }: ReadLedgerOptions): Promise<LedgerState> {
  const { chain, fold } = await replay(store.read(), { name: store.name, endpoint, environment });
  return ledgerState(chain, fold);
}
