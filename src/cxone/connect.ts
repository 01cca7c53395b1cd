import type { CatalogModel, CatalogProfile } from '../model/generated/catalog.js';
import type { AuditEvent } from '../model/generated/ledger-entry.js';
import type { Kind } from '../model/identity.js';
import type { JsonObject } from '../model/json.js';
import type { Live } from '../model/resource.js';
import {
  type AnyAuditRow,
  type AuditPostResult,
  type AuditQuery,
  type AuditRow,
  keepAuditLog,
  listAuditLog,
  postAuditEvent,
} from './audit-log.js';
import { type CallOptions, type Calls, openCalls, type RequestStats } from './calls.js';
import { type CatalogRows, listModels, listProfiles } from './catalog.js';
import type { ConnectOptions } from './connect-options.js';
import { getLive, listLive } from './live-resources.js';
import type { Unsupported } from './pages.js';
import { createResource, updateResource, type WriteResult } from './write.js';

export type { AuditPostResult, AuditQuery, AuditRow } from './audit-log.js';
export type { CallOptions, RequestStats } from './calls.js';
export type { ConnectOptions, RequestRecord, Wait } from './connect-options.js';
export type { WriteResult } from './write.js';

/**
 * Reads CXone. Every method but `stats` and `close` rejects with a KnownError: AuthError (401, 403), ApiError (an answer
 * that can't be used), NetworkError (no answer), InterruptedError. A call whose signal is aborted before it has left is
 * interrupted: a read rejects, a write is `not-sent`.
 */
export interface CxoneReader {
  /** `'unsupported'`: this server has no such list, which is an assumption (docs/cxone-api.md). */
  listEngines(options?: CallOptions): Promise<Live[] | Unsupported>;
  listWebhooks(options?: CallOptions): Promise<Live[] | Unsupported>;
  /** Undefined when the API says that there is none. */
  getEngine(remoteId: string, options?: CallOptions): Promise<Live | undefined>;
  getWebhook(remoteId: string, options?: CallOptions): Promise<Live | undefined>;
  listAuditLogs(query: AuditQuery, options?: CallOptions): Promise<AuditRow[] | Unsupported>;
  /** The whole audit log, as `keep` wants to remember its rows; undefined leaves one out. */
  keepAuditLogs<Kept>(
    keep: (row: AnyAuditRow) => Kept | undefined,
    options?: CallOptions,
  ): Promise<Kept[] | Unsupported>;
  listModels(options?: CallOptions): Promise<CatalogRows<CatalogModel> | Unsupported>;
  listProfiles(options?: CallOptions): Promise<CatalogRows<CatalogProfile> | Unsupported>;
  stats(): RequestStats;
  /**
   * How far the server's clock is ahead of ours, in milliseconds, by the `Date` of the answer that came fastest; undefined
   * before an answer has told. It is right to half a second and half of that answer's time.
   */
  clockSkewMs(): number | undefined;
  close(): Promise<void>;
}

/** Writes CXone too. What becomes of a write is a value, never an exception. */
export interface CxoneWriter extends CxoneReader {
  create(kind: Kind, body: JsonObject, options?: CallOptions): Promise<WriteResult>;
  update(kind: Kind, remoteId: string, body: JsonObject, etag?: string, options?: CallOptions): Promise<WriteResult>;
  postAuditLog(event: AuditEvent, options?: CallOptions): Promise<AuditPostResult>;
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
    create: (kind, body, call) => createResource(calls, kind, body, call),
    update: (kind, remoteId, body, etag, call) => updateResource(calls, kind, remoteId, body, etag, call),
    postAuditLog: (event, call) => postAuditEvent(calls, event, call),
  };
}

function reader(calls: Calls): CxoneReader {
  return {
    listEngines: (options) => listLive(calls, 'SpeechEngine', options),
    listWebhooks: (options) => listLive(calls, 'Webhook', options),
    getEngine: (remoteId, options) => getLive(calls, 'SpeechEngine', remoteId, options),
    getWebhook: (remoteId, options) => getLive(calls, 'Webhook', remoteId, options),
    listAuditLogs: (query, options) => listAuditLog(calls, query, options),
    keepAuditLogs: (keep, options) => keepAuditLog(calls, keep, options),
    listModels: (options) => listModels(calls, options),
    listProfiles: (options) => listProfiles(calls, options),
    stats: () => calls.stats(),
    clockSkewMs: () => calls.clockSkewMs(),
    close: () => calls.close(),
  };
}
