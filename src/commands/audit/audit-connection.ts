import { type CxoneReader, openReader } from '../../cxone/connect.js';
import type { VerifyResult } from '../../ledger/verify/verify.js';
import type { Context } from '../context.js';
import { connectOptions, type OpenedEndpoint } from '../environment/open-endpoint.js';
import type { SharedReads } from '../environment/shared-reads.js';
import { interruptible } from '../interruptible.js';
import { checkConnectionTrust } from '../trust/check-trust.js';
import type { AuditVerifyOptions } from './verify-options.js';

/** A client that can't write, for checks of one ledger. */
export interface AuditConnection {
  /**
   * Opens it for a ledger that was read, once for all checks. Throws a KnownError (TrustError) where credentials would go
   * elsewhere than that ledger's last apply sent them; no secret is read before that.
   */
  reader(ledger: VerifyResult): Promise<CxoneReader>;
  close(): Promise<void>;
}

/** Nothing is read or sent before the first check asks. */
export function auditConnection(
  context: Context,
  options: AuditVerifyOptions,
  opened: OpenedEndpoint,
  reads: SharedReads,
): AuditConnection {
  let client: CxoneReader | undefined;
  return {
    async reader(ledger) {
      checkConnectionTrust(opened.name, opened.trusted, { lastTrust: ledger.trust });
      const secrets = await reads.secrets();
      client ??= openReader(connectOptions(context, options, opened, secrets));
      return interruptible(client, context.interrupt);
    },
    close: async () => client?.close(),
  };
}
