import type { Ledger } from '../../ledger/open-ledger.js';
import type { Apply } from '../../model/generated/apply.js';
import type { GitCommit } from '../../model/generated/ledger-entry.js';
import type { Plan } from '../../model/generated/plan.js';
import { KnownError } from '../../model/known-error.js';
import { isOverridable } from '../../model/refusal.js';
import { claimsOf } from '../ci/claims.js';
import { type Context, say } from '../context.js';

export interface OverrideOptions {
  /** Why guardrails are to be passed, in the operator's words. */
  readonly override?: string;
  readonly quiet?: boolean;
}

/** What an operator passed: the rule, and what it is about. */
export type PassedRefusal = NonNullable<Apply['override']>['refusals'][number];

const maxReason = 500;

/** As many as one line of the ledger can hold, however long the names. */
const maxRefusals = 500;

/** Throws a KnownError (OptionError) for a reason that is none: blank, or too long for the ledger. */
export function checkReason({ override }: OverrideOptions): void {
  if (override === undefined) return;
  const length = Array.from(override).length;
  if (override.trim() !== '' && length <= maxReason) return;
  const what = length > maxReason ? `has ${length} characters, and may have ${maxReason}` : 'is blank';
  throw new KnownError('OptionError', `--override: the reason ${what}`, {
    hint: 'Say in a sentence why the guardrails are passed: it is recorded in the ledger.',
  });
}

/**
 * Records in the ledger which guardrails are passed and why, and what is passed beside them, and returns what it recorded
 * once it is durable: before any request of the plan leaves. Undefined, and a word to the user, if there is nothing to
 * override.
 */
export async function recordOverride(
  context: Context,
  { override, quiet }: OverrideOptions,
  ledger: Pick<Ledger, 'append'>,
  { environment, refusals, planHash, changes }: Plan,
  git: GitCommit | null,
  beside: readonly PassedRefusal[],
): Promise<Apply['override']> {
  if (override === undefined) return undefined;
  const guardrails = changes.length === 0 ? [] : refusals.filter(isOverridable);
  const passed = [...beside, ...guardrails.map(({ code, id }) => ({ code, id }))];
  if (passed.length === 0) {
    say(context, { quiet: quiet === true }, '--override was not needed: no guardrail refuses this plan');
    return undefined;
  }
  if (passed.length > maxRefusals) {
    throw new KnownError(
      'GuardrailError',
      `environment ${environment}: --override would pass ${passed.length} refusals`,
      {
        hint: `Nothing was written. Apply it in parts with --only: an override may pass ${maxRefusals} at once.`,
      },
    );
  }
  const reason = context.secrets.apply(override.trim());
  await ledger.append({ kind: 'override', reason, refusals: passed, planHash, git, claimed: claimsOf(context) });
  return { reason, refusals: passed };
}
