import type { SharedOptions } from '../context.js';
import type { SignatureOptions } from './signature-options.js';

/** What `audit verify` holds a ledger against. */
export interface AuditVerifyOptions extends SharedOptions, SignatureOptions {
  /** Hold the ledger against the audit log. */
  readonly auditLog?: boolean;
  /** Hold it against what is live. */
  readonly live?: boolean;
  /** A saved plan, or a folder of them, to hold it against. */
  readonly plans?: string;
  /** Hold it against the commits that it names. */
  readonly git?: boolean;
}
