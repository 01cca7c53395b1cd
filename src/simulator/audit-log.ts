/** An entry of the audit log: the six members of the event, the log's own id and when it arrived. */
export interface AuditLog {
  logId: string;
  source: string;
  eventType: string;
  targetId: string;
  action: string;
  payloadHash: string;
  timestamp: string;
  receivedAt: string;
}
