import { KnownError } from '../model/known-error.js';
import type { BuiltPlan } from '../plan/build.js';
import { approve } from './approve.js';
import { guardrailRefusal } from './check-plan.js';
import type { Context } from './context.js';

/**
 * The plan to carry out, once it is approved, or why it must not be carried out any more. A person may take minutes, so
 * live is looked at once more behind them: what was created meanwhile would be created twice where CXone takes both,
 * and other versions may serve more traffic than before. Throws a KnownError where it is not approved.
 */
export async function approvedPlan(
  context: Context,
  options: { readonly autoApprove?: boolean; readonly quiet?: boolean },
  built: BuiltPlan,
  planAgain: () => Promise<BuiltPlan>,
): Promise<BuiltPlan | KnownError> {
  if (built.plan.changes.length === 0) return built;
  await approve(context, options, built.plan);
  if (options.autoApprove === true) return built;
  const now = await planAgain();
  const refusal = guardrailRefusal(now.plan);
  if (refusal !== undefined) return refusal;
  if (now.plan.planHash === built.plan.planHash) return now;
  return new KnownError(
    'StalePlanError',
    `environment ${built.plan.environment}: it changed while it waited to be approved`,
    {
      hint: 'Nothing was written. Apply again, and look at the new plan.',
    },
  );
}
