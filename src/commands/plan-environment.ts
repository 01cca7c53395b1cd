import { openReader } from '../cxone/connect.js';
import { readLedger } from '../ledger/read-ledger.js';
import type { BuiltPlan } from '../plan/build.js';
import { announcedClock } from './announced-clock.js';
import type { Context, SharedOptions } from './context.js';
import type { Secrets } from './credentials.js';
import { ledgerFolder } from './ledger-folder.js';
import { makePlan } from './make-plan.js';
import { connectOptions } from './open-endpoint.js';
import { openEnvironment } from './open-environment.js';
import { untilListed } from './until-listed.js';

/** The plan of an environment by a client that can't write: what `plan` and `drift` show. */
export async function planEnvironment(
  context: Context,
  options: SharedOptions,
  environment: string,
  secrets: Secrets,
): Promise<BuiltPlan & { readonly notices: readonly string[] }> {
  const opened = await openEnvironment(context, options, environment);
  const folder = ledgerFolder(context, options, opened.settings);
  const ledger = await readLedger({ folder, environment, endpoint: opened.endpoint.baseUrl });
  // Whoever only reads may stop between any two requests; apply has its own points to stop at.
  const reader = openReader({ ...connectOptions(context, options, opened, secrets), signal: context.interrupt });
  try {
    const plan = () => makePlan(context, options, opened, reader, ledger);
    const first = { at: context.clock.now(), built: await plan() };
    const createdAt = ledger.lastCreateAt ?? Number.NEGATIVE_INFINITY;
    const clock = announcedClock(context, options);
    const tooEarly = await untilListed(clock, first, createdAt, opened.settings.listLagMs, context.interrupt);
    return { ...(tooEarly ? await plan() : first.built), notices: opened.notices };
  } finally {
    await reader.close();
  }
}
