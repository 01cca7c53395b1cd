import { openWriter } from '../../cxone/connect.js';
import type { LedgerState } from '../../ledger/ledger-state.js';
import { readLedger } from '../../ledger/read-ledger.js';
import type { ExitCode } from '../../model/exit-code.js';
import type { TrustChange } from '../../model/trust-changes.js';
import { openCatalogCheck } from '../catalog/catalog-check.js';
import { type Context, say } from '../context.js';
import { connectOptions } from '../environment/open-endpoint.js';
import { openEnvironment } from '../environment/open-environment.js';
import { refuseClaimed } from '../environment/refuse-claimed.js';
import { openSharedReads } from '../environment/shared-reads.js';
import { interruptible } from '../interruptible.js';
import { checkLedgerPlace, ledgerStore } from '../ledger/ledger-store.js';
import { withLedger } from '../ledger/with-ledger.js';
import { makePlan } from '../plan/make-plan.js';
import { refuseHeaderProblems } from '../secrets/header-problems.js';
import { readableSecrets } from '../secrets/readable-secrets.js';
import { openSecretCheck } from '../secrets/secret-check.js';
import { readSigner } from '../secrets/signing-key.js';
import { acceptTrust } from '../trust/accept-trust.js';
import type { ApplyCommandOptions } from './apply-options.js';
import { applyUnderLock } from './apply-under-lock.js';
import { checkCommitOrder } from './check-commit-order.js';
import { checkReason } from './override.js';
import { refuseUncommitted } from './refuse-uncommitted.js';
import { resendSelector } from './resend-headers.js';
import { readSavedPlan } from './saved-plan.js';

/** `cxone-gitops apply`: plans anew, asks, and carries that very plan out. */
export async function applyCommand(
  context: Context,
  environment: string,
  options: ApplyCommandOptions,
): Promise<ExitCode> {
  checkReason(options);
  const saved = options.plan === undefined ? undefined : await readSavedPlan(context, options.plan);
  const reads = openSharedReads(context, options);
  const opened = await openEnvironment(context, options, environment);
  refuseClaimed(opened.loaded, await reads.claims(environment));
  await checkLedgerPlace(context, options, opened.settings, environment);
  const store = ledgerStore(context, options, opened.settings, environment);
  const seen = await readLedger({ store, environment, endpoint: opened.endpoint.baseUrl });
  // Under the lock it is asked again: a run that ends meanwhile may be of a later commit.
  const { older } = await checkCommitOrder(context, options, environment, opened.git, seen);
  const trust = await acceptTrust(context, options, environment, opened.trusted.wanted, seen);
  refuseUncommitted(context, options.root, environment, opened.git);
  if (older !== undefined) throw older;
  // No secret is read above this line.
  const signer = await readSigner(context, options);
  const secrets = await reads.secrets();
  const { resources } = opened.loaded;
  const headers = openSecretCheck(context, options, resources, {
    read: secrets,
    trusted: readableSecrets(context, opened.trusted, { pending: trust.pending.some(isWebhook) }),
    isSet: (variable) => (secrets.plain(variable) ?? '') !== '',
    resends: resendSelector(options.resendHeaders, resources, options.only),
  });
  const writer = openWriter(connectOptions(context, options, opened, secrets));
  context.interrupt.addEventListener('abort', () => say(context, options, stopping), { once: true });
  try {
    const reader = interruptible(writer, context.interrupt);
    const check = openCatalogCheck(context, options, opened, reader, { compares: false });
    const plan = async (ledger: LedgerState) => {
      const at = context.clock.now();
      const built = await makePlan(context, options, opened, reader, ledger, headers);
      refuseHeaderProblems(environment, built.headerProblems);
      await check.judge(built);
      return { at, built };
    };
    // Wrong credentials must not leave a new ledger behind.
    const first = seen.entries === 0 ? await plan(seen) : undefined;
    return await withLedger(context, options, { ...opened, store, signer }, (ledger) =>
      applyUnderLock(context, options, { opened, writer, ledger, secrets, headers, trust, plan, first, saved }),
    );
  } finally {
    await writer.close();
  }
}

/** Whether it says where the value of a header goes. */
function isWebhook({ setting }: TrustChange): boolean {
  return setting.startsWith('webhooks.');
}

const stopping =
  'stopping: requests in flight end and are recorded, and a shift of traffic that has begun is finished. ' +
  'Once more ends at once; the next run recovers';
