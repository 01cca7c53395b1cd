import type { LedgerCheck } from '../../ledger/verify/ledger-check.js';
import { verifyLedger } from '../../ledger/verify/verify.js';
import { folderSource } from '../../manifest/folder-source.js';
import { listEnvironments } from '../../manifest/list-environments.js';
import { loadEnvironment } from '../../manifest/load-environment.js';
import { ExitCode } from '../../model/exit-code.js';
import { auditVerifyText } from '../../report/audit-verify-text.js';
import type { Context, SharedOptions } from '../context.js';
import { type EnvironmentResult, eachEnvironment, selectEnvironments } from '../each-environment.js';
import { ledgerStore } from '../ledger-store.js';
import { runChecks } from './run-checks.js';
import { verifyDocument } from './verify-document.js';

export interface AuditVerifyOptions extends SharedOptions {}

/**
 * `cxone-gitops audit verify`: checks the ledger, and holds it against what else the options name. Without such an option
 * it needs no network and no credentials.
 */
export async function auditVerifyCommand(
  context: Context,
  named: readonly string[],
  options: AuditVerifyOptions,
): Promise<ExitCode> {
  const all = options.all === true || named.length === 0;
  const listed = all ? await listEnvironments(folderSource(options.root)) : [];
  const { environments, single } = selectEnvironments(named, all, listed, options.root);
  return eachEnvironment(context, options, environments, single, (environment) =>
    verifyEnvironment(context, options, environment),
  );
}

async function verifyEnvironment(
  context: Context,
  options: AuditVerifyOptions,
  environment: string,
): Promise<EnvironmentResult> {
  const { settings } = await loadEnvironment(folderSource(options.root), environment);
  const store = ledgerStore(context, options, settings, environment);
  const checks: LedgerCheck[] = [];
  const result = await verifyLedger(store.read(), {
    environment,
    onEntry: (entry) => {
      for (const check of checks) check.entry(entry);
    },
  });
  const document = verifyDocument(environment, result, await runChecks(checks, result));
  return {
    document,
    text: () => auditVerifyText(document, context.out.page),
    exitCode: document.status === 'clean' ? ExitCode.done : ExitCode.auditIncomplete,
  };
}
