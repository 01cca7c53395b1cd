import { type VerifyResult, verifyLedger } from '../../ledger/verify/verify.js';
import { folderSource } from '../../manifest/folder-source.js';
import { listEnvironments } from '../../manifest/list-environments.js';
import { loadEnvironment } from '../../manifest/load-environment.js';
import { ExitCode } from '../../model/exit-code.js';
import type { AuditVerify } from '../../model/generated/audit-verify.js';
import { auditVerifyText } from '../../report/audit-text.js';
import type { Context, SharedOptions } from '../context.js';
import { eachEnvironment, selectEnvironments } from '../each-environment.js';
import { ledgerStore } from '../ledger-store.js';

/** `cxone-gitops audit verify`: checks the ledger alone; needs no network and no credentials. */
export async function auditVerifyCommand(
  context: Context,
  named: readonly string[],
  options: SharedOptions,
): Promise<ExitCode> {
  const all = options.all === true || named.length === 0;
  const listed = all ? await listEnvironments(folderSource(options.root)) : [];
  const { environments, single } = selectEnvironments(named, all, listed, options.root);
  return eachEnvironment(context, options, environments, single, async (environment) => {
    const { settings } = await loadEnvironment(folderSource(options.root), environment);
    const store = ledgerStore(context, options, settings, environment);
    const result = await verifyLedger(store.read(), { environment });
    const document = verifyDocument(environment, result);
    return {
      document,
      text: () => auditVerifyText(document, result.delivered, context.out.page),
      exitCode: document.status === 'clean' ? ExitCode.done : ExitCode.auditIncomplete,
    };
  });
}

function verifyDocument(environment: string, result: VerifyResult): AuditVerify {
  const { fault, entries, head, openIntents, undelivered, deliveryUnknown, unaudited, clean } = result;
  const faults = [
    // A ledger that is not there has no first entry to blame.
    ...(fault === undefined ? [] : [fault.code === 'empty' ? { ...fault, seq: null } : fault]),
    ...openIntents.map(({ entry }) => ({
      seq: entry.seq,
      code: 'open-intent',
      message: `${entry.id}: the request of this intent (${entry.step}) has no outcome; the next apply finds out`,
    })),
    ...undelivered.map(({ seq, id, event }) => ({
      seq,
      code: 'undelivered',
      message: `${id}: its audit event (${event.action}) is not delivered; \`cxone-gitops audit deliver ${environment}\` sends it`,
    })),
    ...deliveryUnknown.map(({ seq, id, event }) => ({
      seq,
      code: 'delivery-unknown',
      message: `${id}: whether its audit event (${event.action}, ${event.timestamp}) arrived is not known; settle it with \`cxone-gitops audit deliver ${environment} --resolve ${seq}=LOGID|absent\``,
    })),
    ...unaudited.map(({ seq, intent }) => ({
      seq,
      code: 'unaudited',
      message: `${intent.id}: it was created and has no audit event yet; the next apply sends one`,
    })),
  ];
  return {
    formatVersion: 1,
    environment,
    status: clean ? 'clean' : 'faults',
    entries,
    head: entries === 0 ? null : head,
    faults,
    undelivered: undelivered.length,
    unknown: deliveryUnknown.length,
    open: openIntents.length,
  };
}
