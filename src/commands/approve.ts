import type { Plan } from '../model/generated/plan.js';
import { KnownError } from '../model/known-error.js';
import { planText, summaryWords } from '../report/plan-text.js';
import type { Context } from './context.js';

/** Shows the plan and asks, unless it is approved already. Throws a KnownError where it is not. */
export async function approve(
  context: Context,
  options: { readonly autoApprove?: boolean; readonly quiet?: boolean },
  plan: Plan,
): Promise<void> {
  if (options.quiet !== true) context.err.write(`${planText(plan, context.err.page)}\n`);
  if (options.autoApprove === true) return;
  if (context.confirm === undefined) {
    throw new KnownError('OptionError', 'apply asks before it writes, and there is no terminal to ask on', {
      hint: 'Give --auto-approve where someone has approved the plan already.',
    });
  }
  if (await context.confirm(`Apply to ${plan.environment}: ${summaryWords(plan.summary)}?`)) return;
  throw new KnownError('InterruptedError', 'not approved, so nothing was written');
}
