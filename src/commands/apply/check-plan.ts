import type { LedgerState } from '../../ledger/ledger-state.js';
import type { Change, Plan } from '../../model/generated/plan.js';
import { KnownError } from '../../model/known-error.js';
import { isOverridable, type Refusal } from '../../model/refusal.js';
import type { BuiltPlan } from '../../plan/build.js';
import { comparePlans } from '../../plan/compare-plans.js';

/**
 * The changes of a saved plan that are live already (without one: none), or why this plan must not be applied: a
 * guardrail refuses it, or it is no longer what was saved.
 */
export function checkPlan(
  saved: Plan | undefined,
  { plan, liveHash }: BuiltPlan,
  ledger: Pick<LedgerState, 'lastApplied'>,
  override?: string,
): readonly Change[] | KnownError {
  const refusal = ruleRefusal(plan, override);
  if (refusal !== undefined) return refusal;
  if (saved === undefined) return [];
  const { stale, alreadyApplied } = comparePlans(saved, plan, liveHash, (change) => isOurs(change, ledger));
  if (stale.length === 0) return saved.changes.filter(({ id }) => alreadyApplied.includes(id));
  return new KnownError('StalePlanError', `environment ${plan.environment}: the saved plan is not the plan any more`, {
    hint: 'Nothing was written. Plan again, and have that plan approved.',
    refusals: stale.map((entry) => ({
      code: 'stale',
      id: entry.id,
      message: `then ${entry.saved}; now ${entry.fresh}`,
    })),
  });
}

/** Live is just what a create of ours left on its way to this very state. */
function isOurs({ id, remoteId, beforeHash, payloadHash }: Change, { lastApplied }: Pick<LedgerState, 'lastApplied'>) {
  const last = remoteId === null ? undefined : lastApplied(remoteId);
  if (last === undefined || last.intent.action !== 'create' || last.intent.id !== id) return false;
  return last.intent.payloadHash === payloadHash && last.resultHash === beforeHash;
}

/**
 * Why a plan must not be applied at all; undefined where nothing is against it. With `override`, an operator's reason,
 * only what no override passes is.
 */
export function ruleRefusal({ environment, refusals }: Plan, override?: string): KnownError | undefined {
  const standing = override === undefined ? refusals : refusals.filter((one) => !isOverridable(one));
  return standing.length === 0 ? undefined : refusedPlan(environment, standing);
}

/** The error that tells all reasons. */
export function refusedPlan(environment: string, refusals: readonly Refusal[]): KnownError {
  const firm = refusals.filter((one) => !isOverridable(one));
  const passed = `\`cxone-gitops apply ${environment} --override REASON\` applies it all the same, and records the reason`;
  const hint = firm.length === 0 ? `Nothing was written. ${passed}.` : 'Nothing was written.';
  const rules = [...new Set(refusals.map(({ code }) => code))].join(', ');
  return new KnownError('GuardrailError', `environment ${environment}: its plan is refused: ${rules}`, {
    hint: firm.length === 0 || firm.length === refusals.length ? hint : `${hint} An override passes guardrails alone.`,
    refusals,
  });
}
