import type { CatalogModel, CatalogProfile } from '../model/generated/catalog.js';
import type { AuditEvent } from '../model/generated/ledger-entry.js';
import type { Kind } from '../model/identity.js';
import type { JsonObject } from '../model/json.js';
import type { Live } from '../model/resource.js';
import { type AuditPostResult, type AuditQuery, type AuditRow, listAuditLog, postAuditEvent } from './audit-log.js';
import { type Calls, openCalls, type RequestStats } from './calls.js';
import { type CatalogRows, listModels, listProfiles } from './catalog.js';
import type { ConnectOptions } from './connect-options.js';
import { getLive, listLive } from './live-resources.js';
import type { Unsupported } from './pages.js';
import { createResource, updateResource, type WriteResult } from './write.js';

export type { AuditPostResult, AuditQuery, AuditRow } from './audit-log.js';
export type { RequestStats } from './calls.js';
export type { ConnectOptions } from './connect-options.js';
export type { WriteResult } from './write.js';

/**
 * Reads CXone. Every method but `stats` and `close` rejects with a KnownError: AuthError (401, 403), ApiError (an answer
 * that can't be used), NetworkError (no answer), InterruptedError.
 */
export interface CxoneReader {
  /** `'unsupported'`: this server has no such list, which is an assumption (docs/cxone-api.md). */
  listEngines(): Promise<Live[] | Unsupported>;
  listWebhooks(): Promise<Live[] | Unsupported>;
  /** Undefined when the API says that there is none. */
  getEngine(remoteId: string): Promise<Live | undefined>;
  getWebhook(remoteId: string): Promise<Live | undefined>;
  listAuditLogs(query: AuditQuery): Promise<AuditRow[] | Unsupported>;
  listModels(): Promise<CatalogRows<CatalogModel> | Unsupported>;
  listProfiles(): Promise<CatalogRows<CatalogProfile> | Unsupported>;
  stats(): RequestStats;
  close(): Promise<void>;
}

/** Writes CXone too. What becomes of a write is a value, never an exception. */
export interface CxoneWriter extends CxoneReader {
  create(kind: Kind, body: JsonObject): Promise<WriteResult>;
  update(kind: Kind, remoteId: string, body: JsonObject, etag?: string): Promise<WriteResult>;
  postAuditLog(event: AuditEvent): Promise<AuditPostResult>;
}

/**
 * Opens a client that can't write: it has no method for it, and its transport refuses everything but GET and the request
 * for a token. Nothing is sent before the first call.
 * @throws KnownError ConfigurationError when the simulator's secret would go to another host than loopback.
 */
export function openReader(options: ConnectOptions): CxoneReader {
  return reader(openCalls(options, ['GET']));
}

/** Opens a client that reads and writes. Throws as openReader does. */
export function openWriter(options: ConnectOptions): CxoneWriter {
  const calls = openCalls(options, ['GET', 'POST', 'PATCH']);
  return {
    ...reader(calls),
    create: (kind, body) => createResource(calls, kind, body),
    update: (kind, remoteId, body, etag) => updateResource(calls, kind, remoteId, body, etag),
    postAuditLog: (event) => postAuditEvent(calls, event),
  };
}

function reader(calls: Calls): CxoneReader {
  return {
    listEngines: () => listLive(calls, 'SpeechEngine'),
    listWebhooks: () => listLive(calls, 'Webhook'),
    getEngine: (remoteId) => getLive(calls, 'SpeechEngine', remoteId),
    getWebhook: (remoteId) => getLive(calls, 'Webhook', remoteId),
    listAuditLogs: (query) => listAuditLog(calls, query),
    listModels: () => listModels(calls),
    listProfiles: () => listProfiles(calls),
    stats: () => calls.stats(),
    close: () => calls.close(),
  };
}
