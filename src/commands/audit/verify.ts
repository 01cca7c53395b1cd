import type { LedgerStore } from '../../ledger/ledger-store.js';
import type { Signed } from '../../ledger/verify/signatures-check.js';
import { type VerifyResult, verifyLedger } from '../../ledger/verify/verify.js';
import { folderSource } from '../../manifest/folder-source.js';
import { listEnvironments } from '../../manifest/list-environments.js';
import { readEnvironmentFile } from '../../manifest/read-environment-file.js';
import { ExitCode } from '../../model/exit-code.js';
import { KnownError } from '../../model/known-error.js';
import { auditVerifyText } from '../../report/audit-verify-text.js';
import { type Context, say } from '../context.js';
import { type EnvironmentResult, eachEnvironment, selectEnvironments } from '../environment/each-environment.js';
import { openSettings } from '../environment/open-settings.js';
import { openSharedReads, type SharedReads } from '../environment/shared-reads.js';
import { ledgerStore } from '../ledger/ledger-store.js';
import { prosePage } from '../output/prose-page.js';
import { auditConnection } from './audit-connection.js';
import { type CheckResults, runChecks } from './run-checks.js';
import { type OpenSignatures, openSignatures } from './signature-options.js';
import { type Online, verifyChecks } from './verify-checks.js';
import { verifyDocument } from './verify-document.js';
import type { AuditVerifyOptions } from './verify-options.js';

/**
 * `cxone-gitops audit verify`: checks the ledger, and holds it against what else the options name. Without `--audit-log`
 * and `--live` it needs no network and no credentials.
 */
export async function auditVerifyCommand(
  context: Context,
  named: readonly string[],
  options: AuditVerifyOptions,
): Promise<ExitCode> {
  const all = options.all === true || named.length === 0;
  const listed = all ? await listEnvironments(folderSource(options.root)) : [];
  const { environments, single } = selectEnvironments(named, all, listed, options.root);
  const shared = {
    reads: openSharedReads(context, options),
    signatures: await openSignatures(context, options, environments),
  };
  return eachEnvironment(context, options, environments, single, (environment) =>
    verifyEnvironment(context, options, environment, shared),
  );
}

/** What is read once for all environments. */
interface Shared {
  readonly reads: SharedReads;
  readonly signatures: OpenSignatures;
}

async function verifyEnvironment(
  context: Context,
  options: AuditVerifyOptions,
  environment: string,
  { reads, signatures }: Shared,
): Promise<EnvironmentResult> {
  const isOnline = options.auditLog === true || options.live === true;
  // Under --trust-ref even where the ledger is counts as the ref says.
  const isTrusted = isOnline || options.trustRef !== undefined;
  const opened = isTrusted ? await openSettings(context, options, environment) : undefined;
  const source = folderSource(options.root);
  const settings = opened?.settings ?? (await readEnvironmentFile(source, environment, options.allowHost)).settings;
  const store = ledgerStore(context, options, settings, environment);
  const online =
    isOnline && opened !== undefined
      ? { opened, connection: auditConnection(context, options, opened, reads) }
      : undefined;
  try {
    const { result, found } = await checkSettled(context, options, environment, { store, online, signatures });
    const of = { environment, ledger: store.name, isSimulator: opened?.simulated };
    const document = verifyDocument(of, result, found);
    return {
      document,
      text: () => auditVerifyText(document, prosePage(context.out)),
      exitCode: document.status === 'clean' ? ExitCode.done : ExitCode.auditIncomplete,
    };
  } finally {
    await online?.connection.close();
  }
}

/** How often it begins anew, where a run writes the ledger meanwhile. */
const mostTimes = 3;

interface Sources extends Pick<Shared, 'signatures'> {
  readonly store: LedgerStore;
  readonly online: Online | undefined;
}

interface Checked {
  readonly result: VerifyResult;
  readonly found: CheckResults & { readonly signed: Signed | null };
}

/**
 * Reads the ledger once for all checks. What others hold is looked at behind it: where something is wrong and the ledger
 * has grown since, that may be nothing but a run that is under way, and it is all looked at again.
 */
async function checkSettled(
  context: Context,
  options: AuditVerifyOptions,
  environment: string,
  { store, online, signatures }: Sources,
): Promise<Checked> {
  for (let time = 1; ; time += 1) {
    const signed = await signatures(environment, store);
    const checks = [...(signed === undefined ? [] : [signed]), ...verifyChecks(context, options, environment, online)];
    const result = await verifyLedger(store.read(), {
      environment,
      onEntry: (entry) => {
        for (const check of checks) check.entry(entry);
      },
    });
    const found = { ...(await runChecks(checks, result)), signed: signed?.signed ?? null };
    if (online === undefined || found.findings.first.length === 0) return { result, found };
    const { head } = await verifyLedger(store.read(), { environment });
    if (head === result.head) return { result, found };
    if (time === mostTimes) throw stillWritten(store);
    say(context, options, `${environment}: a run wrote its ledger meanwhile: it is checked once more`);
  }
}

function stillWritten({ name }: LedgerStore): KnownError {
  return new KnownError('LedgerError', `${name}: a run writes it while it is checked`, {
    hint: 'Check again when that run has ended.',
  });
}
