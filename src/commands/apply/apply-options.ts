import type { SharedOptions } from '../context.js';
import type { SigningOptions } from '../secrets/signing-key.js';

/** The options of `cxone-gitops apply`, as the command line or its variables gave them. */
export interface ApplyCommandOptions extends SharedOptions, SigningOptions {
  /** A saved plan: applied only if it still is the plan. */
  readonly plan?: string;
  readonly autoApprove?: boolean;
  /** Why guardrails are to be passed. */
  readonly override?: string;
  /** The hash of trusted settings that may differ from those of the last apply. */
  readonly acceptTrust?: string;
  readonly requireDurableLedger?: boolean;
  /** `IDENTITY=ID` or `IDENTITY=absent`: what a person found out about a create whose outcome is unknown. */
  readonly resolve: readonly string[];
  /** Identities of webhooks, or patterns, whose header values are sent though they may be as they were. */
  readonly resendHeaders: readonly string[];
}
