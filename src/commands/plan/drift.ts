import { folderSource } from '../../manifest/folder-source.js';
import { listEnvironments } from '../../manifest/list-environments.js';
import { ExitCode } from '../../model/exit-code.js';
import type { Drift } from '../../model/generated/drift.js';
import { driftOf } from '../../plan/drift.js';
import { driftText } from '../../report/drift-text.js';
import { type Context, type SharedOptions, say } from '../context.js';
import { type EnvironmentResult, eachEnvironment, selectEnvironments } from '../environment/each-environment.js';
import { openSharedReads } from '../environment/shared-reads.js';
import { needsAcceptance } from '../trust/check-trust.js';
import { planEnvironment } from './plan-environment.js';

export interface DriftOptions extends SharedOptions {
  /** Unmanaged resources count as a difference too. */
  readonly failOn?: 'unmanaged';
  /** The hash of trusted settings that may differ from those of the last apply. */
  readonly acceptTrust?: string;
}

/** `cxone-gitops drift`: what live differs in from git. Its client has no method that writes. */
export async function driftCommand(
  context: Context,
  named: readonly string[],
  options: DriftOptions,
): Promise<ExitCode> {
  const listed = options.all === true || named.length === 0 ? await listEnvironments(folderSource(options.root)) : [];
  const { environments, single } = selectEnvironments(named, options.all === true, listed, options.root);
  const reads = openSharedReads(context, options);
  return eachEnvironment(context, options, environments, single, async (environment): Promise<EnvironmentResult> => {
    const { plan } = await planEnvironment(context, options, environment, reads, { judges: false });
    if (needsAcceptance(plan.trust)) {
      say(
        context,
        options,
        `warning: environment ${environment}: its trusted settings changed, and apply waits for them to be accepted; plan shows them`,
      );
    }
    const drift = driftOf(plan);
    return { document: drift, text: () => driftText(drift, context.out.page), exitCode: exitCodeOf(drift, options) };
  });
}

function exitCodeOf({ status, unmanaged }: Drift, { failOn }: DriftOptions): ExitCode {
  const differs = status === 'drifted' || (failOn === 'unmanaged' && unmanaged.length > 0);
  return differs ? ExitCode.differences : ExitCode.done;
}
