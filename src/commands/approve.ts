import type { Plan } from '../model/generated/plan.js';
import { KnownError } from '../model/known-error.js';
import { escapeTerminal } from '../report/escape-terminal.js';
import { planText } from '../report/plan-text.js';
import type { Context } from './context.js';

/** Shows the plan and asks, unless it is approved already. Throws a KnownError where it is not. */
export async function approve(
  context: Pick<Context, 'confirm' | 'err'>,
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
  if (await context.confirm(question(plan))) return;
  throw new KnownError('InterruptedError', 'not approved, so nothing was written');
}

/** Also without the plan above it, under `--quiet`, it says what is written where. */
function question({ environment, endpoint, summary: { create, update } }: Plan): string {
  const words = [create > 0 ? `create ${create}` : '', update > 0 ? `update ${update}` : ''].filter(Boolean);
  return escapeTerminal(`Apply to ${environment} at ${endpoint}: ${words.join(', ')}?`);
}
