import type { LedgerState } from '../../ledger/ledger-state.js';
import type { LedgerStore } from '../../ledger/ledger-store.js';
import { readLedger } from '../../ledger/read-ledger.js';
import type { Context, SharedOptions } from '../context.js';
import { type OpenedEnvironment, openEnvironment } from '../environment/open-environment.js';
import { checkLedgerPlace, ledgerStore } from '../ledger/ledger-store.js';
import { checkConnectionTrust } from '../trust/check-trust.js';

/** An environment whose ledger is about to be written without an apply. */
export interface ToWrite {
  readonly opened: OpenedEnvironment;
  readonly store: LedgerStore;
  /** What the ledger said before its lock was taken. */
  readonly seen: LedgerState;
}

/** Opens it and checks all that is trusted: secrets may be read from then on. Throws a KnownError that names what is wrong. */
export async function openToWrite(
  context: Context,
  options: SharedOptions & { readonly requireDurableLedger?: boolean },
  environment: string,
): Promise<ToWrite> {
  const opened = await openEnvironment(context, options, environment);
  await checkLedgerPlace(context, options, opened.settings, environment);
  const store = ledgerStore(context, options, opened.settings, environment);
  const seen = await readLedger({ store, environment, endpoint: opened.endpoint.baseUrl });
  checkConnectionTrust(environment, opened.trusted, seen);
  return { opened, store, seen };
}
