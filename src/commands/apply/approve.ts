import type { Plan } from '../../model/generated/plan.js';
import { KnownError } from '../../model/known-error.js';
import { isOverridable } from '../../model/refusal.js';
import type { TrustChange } from '../../model/trust-changes.js';
import { escapeTerminal } from '../../report/escape-terminal.js';
import { planText } from '../../report/plan-text.js';
import type { Context } from '../context.js';
import { listTrust, trustOrder, trustQuestion } from '../trust/ask-trust.js';

/**
 * Shows the plan and asks, unless it is approved already; with it, about the changes of trusted settings that wait to be
 * accepted. Throws a KnownError where the answer is no.
 */
export async function approve(
  context: Pick<Context, 'confirm' | 'err'>,
  options: { readonly autoApprove?: boolean; readonly quiet?: boolean; readonly override?: string },
  plan: Plan,
  trust: readonly TrustChange[] = [],
): Promise<void> {
  if (options.quiet !== true) context.err.write(`${planText(plan, context.err.page, options.override)}\n`);
  if (trust.length > 0) listTrust(context.err, trust);
  if (options.autoApprove === true) return;
  if (await confirmOf(context)(question(plan, trust, options.override))) return;
  throw new KnownError('InterruptedError', 'not approved, so nothing was written');
}

/** Throws a KnownError (OptionError) where a plan is to be approved and nobody can be asked. */
export function checkAskable(context: Pick<Context, 'confirm'>, options: { readonly autoApprove?: boolean }): void {
  if (options.autoApprove !== true) confirmOf(context);
}

function confirmOf({ confirm }: Pick<Context, 'confirm'>): NonNullable<Context['confirm']> {
  if (confirm !== undefined) return confirm;
  throw new KnownError('OptionError', 'apply asks before it writes, and there is no terminal to ask on', {
    hint: 'Give --auto-approve where someone has approved the plan already.',
  });
}

/** Also without the plan above it, under `--quiet`, it says what is written where, and which guardrails are passed. */
function question(plan: Plan, trust: readonly TrustChange[], override: string | undefined): string {
  if (plan.changes.length === 0) return trustQuestion(trust);
  const { environment, endpoint, summary } = plan;
  const { create, update } = summary;
  const words = [create > 0 ? `create ${create}` : '', update > 0 ? `update ${update}` : ''].filter(Boolean);
  const passed = override === undefined ? [] : plan.refusals.filter(isOverridable);
  const rules = [...new Set(passed.map(({ code }) => code))].join(', ');
  const over = rules === '' ? '' : `, overriding ${rules}`;
  const accept = trust.length === 0 ? '' : `, and ${trustOrder(trust)}`;
  return escapeTerminal(`Apply to ${environment} at ${endpoint}: ${words.join(', ')}${over}${accept}?`);
}
