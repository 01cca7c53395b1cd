import type { LedgerStore } from '../ledger/ledger-store.js';
import { type Ledger, openLedger } from '../ledger/open-ledger.js';
import type { Context } from './context.js';
import type { OpenedEnvironment } from './open-environment.js';

/** Runs `use` while this process holds the environment's ledger. Throws a KnownError when another run holds it. */
export async function withLedger<Result>(
  context: Context,
  store: LedgerStore,
  { loaded, endpoint }: OpenedEnvironment,
  use: (ledger: Ledger) => Promise<Result>,
): Promise<Result> {
  const ledger = await openLedger({
    store,
    environment: loaded.name,
    endpoint: endpoint.baseUrl,
    clock: context.clock,
    randomId: context.random.uuid,
  });
  try {
    return await use(ledger);
  } finally {
    await ledger.close();
  }
}
