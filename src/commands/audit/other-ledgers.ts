import { collectEvents, type LedgerEvents } from '../../ledger/verify/ledger-events.js';
import { verifyLedger } from '../../ledger/verify/verify.js';
import { folderSource } from '../../manifest/folder-source.js';
import { listEnvironments } from '../../manifest/list-environments.js';
import { readEnvironmentFile } from '../../manifest/read-environment-file.js';
import type { Context, SharedOptions } from '../context.js';
import { ledgerStore } from '../ledger/ledger-store.js';

/**
 * What the ledgers of all other environments of this root tell of an endpoint: environments may share an organisation,
 * and have one audit log then. Throws a LedgerError for one that can't be read.
 */
export async function otherLedgers(
  context: Context,
  options: SharedOptions,
  environment: string,
  endpoint: string,
): Promise<LedgerEvents> {
  const source = folderSource(options.root);
  const events = collectEvents(endpoint);
  for (const other of await listEnvironments(source)) {
    if (other === environment) continue;
    const { settings } = await readEnvironmentFile(source, other, options.allowHost);
    const store = ledgerStore(context, options, settings, other);
    // Where it has a bad entry, the check of that environment says so.
    await verifyLedger(store.read(), { environment: other, onEntry: (entry) => events.add(entry) });
  }
  return events;
}
