import { auditLogOf } from '../../apply/audit-log.js';
import { openWriter } from '../../cxone/connect.js';
import { deliver } from '../../ledger/delivery/deliver.js';
import { resolveDelivery } from '../../ledger/delivery/resolve-delivery.js';
import type { LedgerState } from '../../ledger/ledger-state.js';
import { ExitCode } from '../../model/exit-code.js';
import type { AuditDeliver } from '../../model/generated/audit-deliver.js';
import { KnownError } from '../../model/known-error.js';
import { auditDeliverText } from '../../report/audit-text.js';
import { jsonReport } from '../../report/json.js';
import { announcedClock } from '../announced-clock.js';
import { claimsOf } from '../ci/claims.js';
import type { Context, SharedOptions } from '../context.js';
import { connectOptions } from '../environment/open-endpoint.js';
import type { OpenedEnvironment } from '../environment/open-environment.js';
import { withLedger } from '../ledger/with-ledger.js';
import { prosePage } from '../output/prose-page.js';
import { openSecrets } from '../secrets/credentials.js';
import { readSigner, type SigningOptions } from '../secrets/signing-key.js';
import { openToWrite } from './open-to-write.js';

export interface AuditDeliverOptions extends SharedOptions, SigningOptions {
  /** `SEQ=LOGID` or `SEQ=absent`: what a person found out about a delivery. */
  readonly resolve: readonly string[];
  readonly requireDurableLedger?: boolean;
}

/** `cxone-gitops audit deliver`: sends what the audit log has not got, each event once. */
export async function auditDeliverCommand(
  context: Context,
  environment: string,
  options: AuditDeliverOptions,
): Promise<ExitCode> {
  const answers = options.resolve.map(parseAnswer);
  const { opened, store } = await openToWrite(context, options, environment);
  // No secret is read above this line.
  const signer = await readSigner(context, options);
  const secrets = await openSecrets(context, options);
  const writer = openWriter(connectOptions(context, options, opened, secrets));
  try {
    return await withLedger(context, options, { ...opened, store, signer }, async (ledger) => {
      for (const { seq, answer } of answers) await resolveDelivery(ledger, seq, answer, claimsOf(context));
      const { delivered } = await deliver(ledger, auditLogOf(writer, { refusal: () => ledger.lost() }), {
        clock: announcedClock(context, options),
        listLagMs: opened.settings.listLagMs,
        timeoutMs: options.timeout * 1000,
      });
      const document = deliverDocument(opened, delivered.length, ledger.state);
      const { out } = context;
      out.write(options.format === 'json' ? jsonReport(document) : auditDeliverText(document, prosePage(out)));
      return document.status === 'delivered' ? ExitCode.done : ExitCode.auditIncomplete;
    });
  } finally {
    await writer.close();
  }
}

function parseAnswer(text: string): { seq: number; answer: { logId: string } | 'absent' } {
  const [, seq, answer] = /^(\d{1,15})=(\S{1,256})$/.exec(text) ?? [];
  if (seq !== undefined && answer !== undefined) {
    return { seq: Number(seq), answer: answer === 'absent' ? 'absent' : { logId: answer } };
  }
  throw new KnownError('OptionError', `--resolve ${text}: it is not SEQ=LOGID or SEQ=absent`, {
    hint: '`cxone-gitops audit verify` lists the numbers of unknown deliveries.',
  });
}

function deliverDocument({ name, simulated }: OpenedEnvironment, delivered: number, state: LedgerState): AuditDeliver {
  const { undelivered, deliveryUnknown } = state;
  return {
    formatVersion: 1,
    environment: name,
    simulated,
    status: undelivered.length + deliveryUnknown.length === 0 ? 'delivered' : 'incomplete',
    delivered,
    pending: undelivered.length,
    unknown: deliveryUnknown.map(({ seq, id, event: { targetId, action, payloadHash, timestamp } }) => ({
      seq,
      id,
      targetId,
      action,
      payloadHash,
      timestamp,
    })),
  };
}
