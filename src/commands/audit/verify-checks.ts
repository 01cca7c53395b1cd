import { listByKind } from '../../apply/live-state.js';
import { auditLogCheck } from '../../ledger/verify/audit-log-check.js';
import { gitCheck } from '../../ledger/verify/git-check.js';
import type { LedgerCheck } from '../../ledger/verify/ledger-check.js';
import { liveCheck } from '../../ledger/verify/live-check.js';
import { plansCheck } from '../../ledger/verify/plans-check.js';
import { announcedClock } from '../announced-clock.js';
import type { Context } from '../context.js';
import type { OpenedEndpoint } from '../environment/open-endpoint.js';
import type { AuditConnection } from './audit-connection.js';
import { committedManifests } from './committed-manifests.js';
import { otherLedgers } from './other-ledgers.js';
import { planArchive } from './plan-archive.js';
import type { AuditVerifyOptions } from './verify-options.js';

/** An environment whose endpoint may be asked. */
export interface Online {
  readonly opened: OpenedEndpoint;
  readonly connection: AuditConnection;
}

/** The checks that the options ask for; none has looked at anything yet. `online` is there where one needs the network. */
export function verifyChecks(
  context: Context,
  options: AuditVerifyOptions,
  environment: string,
  online: Online | undefined,
): LedgerCheck[] {
  const { plans: archive } = options;
  return [
    ...(online === undefined ? [] : onlineChecks(context, options, environment, online)),
    ...(archive === undefined
      ? []
      : [plansCheck({ environment, archive, plans: () => planArchive(context, options, archive) })]),
    ...(options.git === true ? [gitCheck(committedManifests(context, options, environment))] : []),
  ];
}

function onlineChecks(
  context: Context,
  options: AuditVerifyOptions,
  environment: string,
  { opened, connection }: Online,
): LedgerCheck[] {
  const endpoint = opened.endpoint.baseUrl;
  const { listLagMs } = opened.settings;
  const lags = { clock: announcedClock(context, options), listLagMs, interrupt: context.interrupt };
  const auditLog = () =>
    auditLogCheck({
      endpoint,
      ...lags,
      open: async (ledger) => {
        const reader = await connection.reader(ledger);
        return { rows: (keep) => reader.keepAuditLogs(keep) };
      },
      others: () => otherLedgers(context, options, environment, endpoint),
    });
  const live = () =>
    liveCheck({
      endpoint,
      ...lags,
      open: async (ledger) => {
        const reader = await connection.reader(ledger);
        return { list: (kind) => listByKind(reader, kind), engine: (remoteId) => reader.getEngine(remoteId) };
      },
    });
  return [...(options.auditLog === true ? [auditLog()] : []), ...(options.live === true ? [live()] : [])];
}
