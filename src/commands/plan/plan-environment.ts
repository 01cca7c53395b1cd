import { openReader } from '../../cxone/connect.js';
import { readLedger } from '../../ledger/read-ledger.js';
import type { BuiltPlan } from '../../plan/build.js';
import type { Notice } from '../../report/plan-markdown.js';
import { announcedClock } from '../announced-clock.js';
import { openCatalogCheck } from '../catalog/catalog-check.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { connectOptions } from '../environment/open-endpoint.js';
import { openEnvironment } from '../environment/open-environment.js';
import { refuseClaimed } from '../environment/refuse-claimed.js';
import type { SharedReads } from '../environment/shared-reads.js';
import { ledgerStore, refuseTrackedLedger } from '../ledger/ledger-store.js';
import { readableSecrets } from '../secrets/readable-secrets.js';
import { openSecretCheck } from '../secrets/secret-check.js';
import { checkConnectionTrust, needsAcceptance, previewTrust } from '../trust/check-trust.js';
import { makePlan } from './make-plan.js';
import { untilListed } from './until-listed.js';

/**
 * The plan of an environment by a client that can't write: what `plan` and `drift` show. With `judges`, it is held against
 * CXone's catalogue, too, and header values against those sent last; drift asks only for what is live already.
 */
export async function planEnvironment(
  context: Context,
  options: SharedOptions & { readonly acceptTrust?: string },
  environment: string,
  reads: SharedReads,
  { judges }: { readonly judges: boolean },
): Promise<BuiltPlan & { readonly notices: readonly Notice[] }> {
  const opened = await openEnvironment(context, options, environment);
  refuseClaimed(opened.loaded, await reads.claims(environment));
  await refuseTrackedLedger(context, options, opened.settings, environment);
  const store = ledgerStore(context, options, opened.settings, environment);
  const ledger = await readLedger({ store, environment, endpoint: opened.endpoint.baseUrl });
  checkConnectionTrust(environment, opened.trusted, ledger, options);
  const trust = previewTrust(opened.trusted, ledger);
  const secrets = await reads.secrets();
  // Whoever only reads may stop between any two requests; apply has its own points to stop at.
  const reader = openReader({ ...connectOptions(context, options, opened, secrets), signal: context.interrupt });
  try {
    const check = judges ? openCatalogCheck(context, options, opened, reader, { compares: true }) : undefined;
    const trusted = readableSecrets(context, opened.trusted, { pending: needsAcceptance(trust) });
    const headers = judges
      ? openSecretCheck(context, options, opened.loaded.resources, { read: secrets, trusted })
      : undefined;
    const plan = async () => {
      const built = await makePlan(context, options, opened, reader, ledger, headers);
      return { built, notices: (await check?.judge(built)) ?? [] };
    };
    const first = { at: context.clock.now(), ...(await plan()) };
    const createdAt = ledger.lastCreateAt ?? Number.NEGATIVE_INFINITY;
    const clock = announcedClock(context, options);
    const tooEarly = await untilListed(clock, first, createdAt, opened.settings.listLagMs, context.interrupt);
    const { built, notices } = tooEarly ? await plan() : first;
    for (const message of built.unfinished) say(context, options, `warning: ${message}`);
    return {
      ...built,
      plan: trust === undefined ? built.plan : { ...built.plan, trust },
      notices: [
        ...opened.trusted.notices.map((message) => ({ about: 'Trusted settings', message }) as const),
        ...notices.map((message) => ({ about: 'Catalogue', message }) as const),
        ...built.unfinished.map((message) => ({ about: 'Traffic', message }) as const),
        ...built.unchecked.map((message) => ({ about: 'Header values', message }) as const),
      ],
    };
  } finally {
    await reader.close();
  }
}
