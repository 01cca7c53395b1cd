import type { CxoneReader } from '../cxone/connect.js';
import type { LedgerState } from '../ledger/ledger-state.js';
import { KnownError } from '../model/known-error.js';
import type { Live } from '../model/resource.js';
import { type BuiltPlan, buildPlan } from '../plan/build.js';
import type { Context, SharedOptions } from './context.js';
import type { OpenedEnvironment } from './open-environment.js';

/** Fetches what is live and compares it with what git wants. Throws a KnownError where they can't be matched. */
export async function makePlan(
  context: Context,
  options: SharedOptions,
  { loaded, git, endpoint, simulated }: OpenedEnvironment,
  reader: CxoneReader,
  ledger: LedgerState | undefined,
): Promise<BuiltPlan> {
  const built = buildPlan({
    tool: `cxone-gitops ${context.version}`,
    environment: loaded.name,
    endpoint: endpoint.baseUrl,
    simulated,
    git: { head: git.head, base: null, dirty: git.dirty },
    manifestHash: loaded.manifestHash,
    resources: loaded.resources,
    live: await readLive(reader),
    only: options.only,
    lastOutcome: ({ remoteId }) => {
      const last = ledger?.lastOutcome(remoteId);
      return last === undefined ? undefined : { payloadHash: last.intent.payloadHash, resultHash: last.resultHash };
    },
  });
  if ('plan' in built) return built;
  throw new KnownError('MatchError', `environment ${loaded.name}: nothing was planned, see the problems`, {
    problems: built.problems,
  });
}

async function readLive(reader: CxoneReader): Promise<Live[]> {
  const [engines, webhooks] = await Promise.all([reader.listEngines(), reader.listWebhooks()]);
  if (engines !== 'unsupported' && webhooks !== 'unsupported') return [...engines, ...webhooks];
  throw new KnownError(
    'ApiError',
    `${engines === 'unsupported' ? 'engines' : 'webhooks'} can't be listed: this CXone has no such list`,
    {
      hint: 'That lists exist is an assumption (docs/cxone-api.md). Without them, what is live is not known, and nothing is planned.',
    },
  );
}
