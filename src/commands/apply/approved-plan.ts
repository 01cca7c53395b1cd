import type { Plan } from '../../model/generated/plan.js';
import { KnownError } from '../../model/known-error.js';
import type { Refusal } from '../../model/refusal.js';
import type { TrustChange } from '../../model/trust-changes.js';
import type { BuiltPlan } from '../../plan/build.js';
import type { Context } from '../context.js';
import { approve } from './approve.js';
import { refusedPlan, ruleRefusal } from './check-plan.js';

/**
 * The plan to carry out, once it is approved, or why it must not be carried out any more. A person may take minutes, so
 * live is looked at once more behind them: what was created meanwhile would be created twice where CXone takes both,
 * and other versions may serve more traffic than before. `trust` are changes of trusted settings that wait to be accepted
 * with the plan. Throws a KnownError where it is not approved.
 */
export async function approvedPlan(
  context: Context,
  options: { readonly autoApprove?: boolean; readonly quiet?: boolean; readonly override?: string },
  built: BuiltPlan,
  trust: readonly TrustChange[],
  planAgain: () => Promise<BuiltPlan>,
): Promise<BuiltPlan | KnownError> {
  if (built.plan.changes.length === 0 && trust.length === 0) return built;
  await approve(context, options, built.plan, trust);
  if (options.autoApprove === true) return built;
  const now = await planAgain();
  const refusal = ruleRefusal(now.plan, options.override) ?? newRefusal(now.plan, built.plan);
  if (refusal !== undefined) return refusal;
  if (now.plan.planHash === built.plan.planHash) {
    // Header values are read once their places are accepted: what they change was not shown, and nothing waits any more.
    return showsAll(built.plan, now.plan) ? now : approvedPlan(context, options, now, [], planAgain);
  }
  return new KnownError(
    'StalePlanError',
    `environment ${built.plan.environment}: it changed while it waited to be approved`,
    {
      hint: 'Nothing was written. Apply again, and look at the new plan.',
    },
  );
}

/** Whether each field that is changed now was shown; a planHash leaves header values out. */
function showsAll(shown: Plan, now: Plan): boolean {
  const fieldsOf = ({ changes }: Plan) =>
    changes.flatMap(({ id, fields }) => fields.map(({ path }) => `${id} ${path}`));
  const known = new Set(fieldsOf(shown));
  return fieldsOf(now).every((field) => known.has(field));
}

/** Nobody can have overridden what was not there to be seen. */
function newRefusal(now: Plan, shown: Plan): KnownError | undefined {
  const known = new Set(shown.refusals.map(keyOf));
  const unseen = now.refusals.filter((one) => !known.has(keyOf(one)));
  return unseen.length === 0 ? undefined : refusedPlan(now.environment, unseen);
}

function keyOf({ code, id }: Refusal): string {
  return `${code} ${id}`;
}
