import type { CallOptions, CxoneWriter } from '../cxone/connect.js';
import type { AuditLog } from '../ledger/delivery/audit-log.js';

/**
 * The audit log of CXone as the ledger delivers to it. An event that has not left when `signal` is aborted does not leave.
 * One that is refused for the rate lets changes go first: a log that is down must hold up no shift of traffic.
 */
export function auditLogOf(
  writer: Pick<CxoneWriter, 'postAuditLog' | 'listAuditLogs'>,
  options: CallOptions = {},
): AuditLog {
  return {
    async post(event) {
      const answer = await writer.postAuditLog(event, { ...options, yields: true });
      if (answer.outcome === 'delivered') return { ...answer, outcome: 'done' };
      return answer.outcome === 'refused' ? { ...answer, reason: `${answer.status}: ${answer.message}` } : answer;
    },
    async list(query) {
      const rows = await writer.listAuditLogs(query);
      if (rows === 'unsupported') return rows;
      return rows.map((row) => ({ ...noMembers, ...row }));
    },
  };
}

/** Other programs write to the audit log too: what their rows lack equals nothing of ours. */
const noMembers = { source: '', eventType: '', targetId: '', action: '', payloadHash: '', timestamp: '' };
