import type { LedgerSigner } from '../../ledger/checkpoint/ledger-signer.js';
import { keyWords } from '../../ledger/checkpoint/signing-key.js';
import type { LedgerStore } from '../../ledger/ledger-store.js';
import { type Ledger, openLedger } from '../../ledger/open-ledger.js';
import { KnownError } from '../../model/known-error.js';
import { type Context, type SharedOptions, say } from '../context.js';
import type { OpenedEnvironment } from '../environment/open-environment.js';

/** The ledger that is to be held. */
export interface HeldLedger extends Pick<OpenedEnvironment, 'loaded' | 'endpoint'> {
  readonly store: LedgerStore;
  /** Signs what it ends with when it is given back. */
  readonly signer: LedgerSigner | undefined;
}

/**
 * Runs `use` while this process holds the environment's ledger. Throws a KnownError when another run holds it. What stays
 * unsigned is a warning: the changes stand, and what `use` has to say of them must not be lost over it.
 */
export async function withLedger<Result>(
  context: Context,
  options: Pick<SharedOptions, 'quiet'>,
  { store, loaded, endpoint, signer }: HeldLedger,
  use: (ledger: Ledger) => Promise<Result>,
): Promise<Result> {
  const ledger = await openLedger({
    store,
    environment: loaded.name,
    endpoint: endpoint.baseUrl,
    clock: context.clock,
    randomId: context.random.uuid,
    signer,
  });
  try {
    for (const line of warnings(ledger, signer)) say(context, options, `warning: ${store.name}: ${line}`);
    return await use(ledger);
  } finally {
    await ledger.close().catch((error: unknown) => {
      if (!(error instanceof KnownError)) throw error;
      // Also under --quiet: something went wrong.
      say(
        context,
        {},
        `warning: ${error.message}. What this run added is not signed; the next one with the key signs it`,
      );
    });
  }
}

/** What is odd about who signs it. */
function warnings({ state, unsigned, openedAt }: Ledger, signer: LedgerSigner | undefined): string[] {
  const { signingKey } = state;
  if (signer === undefined) {
    return signingKey === undefined
      ? []
      : [`its key ${keyWords(signingKey)} is not at hand: what this run adds stays unsigned`];
  }
  if (unsigned === 0) return [];
  const what =
    unsigned === 1
      ? `entry ${openedAt} was not signed by the run that wrote it`
      : `entries ${openedAt - unsigned + 1} to ${openedAt} were not signed by the run that wrote them`;
  return [`${what}: this run signs what it found`];
}
