import type { CxoneReader } from '../cxone/connect.js';

/** The reads of a client that an interrupt ends: while nothing was written, there is nothing to finish. */
export function interruptible(reader: CxoneReader, signal: AbortSignal): CxoneReader {
  const call = { signal };
  return {
    ...reader,
    listEngines: () => reader.listEngines(call),
    listWebhooks: () => reader.listWebhooks(call),
    getEngine: (remoteId) => reader.getEngine(remoteId, call),
    getWebhook: (remoteId) => reader.getWebhook(remoteId, call),
    listAuditLogs: (query) => reader.listAuditLogs(query, call),
    keepAuditLogs: (keep) => reader.keepAuditLogs(keep, call),
    listModels: () => reader.listModels(call),
    listProfiles: () => reader.listProfiles(call),
  };
}
