import type { AuditRow, CallOptions, CxoneWriter, WriteResult } from '../../src/cxone/connect.js';
import type { AuditEvent } from '../../src/model/generated/ledger-entry.js';
import type { JsonObject } from '../../src/model/json.js';
import { KnownError } from '../../src/model/known-error.js';
import type { Live } from '../../src/model/resource.js';

/**
 * What becomes of a write. `lost`: no answer, nothing done. `lost-after`: no answer, done. `bare`: done, and the answer is
 * not the whole entity. `altered`: done, but with another noise suppression than was sent; `reworded`: with another
 * description. `unclear`: done, and the answer is complete and does not say so.
 */
export type Fate =
  | 'done'
  | 'lost'
  | 'lost-after'
  | 'bare'
  | 'altered'
  | 'reworded'
  | 'unclear'
  | 'not-sent'
  | { status: number; code: RefusalCode };
type RefusalCode = Extract<WriteResult, { outcome: 'refused' }>['code'];

export const forbidden: Fate = { status: 403, code: 'forbidden' };
export const conflict: Fate = { status: 409, code: 'conflict' };

export interface Tenant {
  readonly writer: CxoneWriter;
  /** Every engine and webhook, by remote id. */
  readonly live: Map<string, Live>;
  /** The audit log. */
  readonly audited: AuditRow[];
  /** Fates of the writes to come, by `POST A@1.0.0` or `PATCH id`, first in first out; without one they are done. */
  readonly fates: Map<string, Fate[]>;
  /** Called at the start of each write, with the same words. */
  onWrite: (write: string, body: JsonObject) => void;
  /** How POSTs to the audit log end. */
  audit: 'delivered' | 'lost' | 'lost-after' | 'refused';
  /** Engines that a listing does not show yet. */
  readonly hidden: Set<string>;
  etags: boolean;
}

/** A CXone in memory, whose answers a test decides, and the words of all that was asked of it. */
export function openTenant(resources: readonly Live[], log: string[]): Tenant {
  let ids = 0;
  const tenant: Tenant = {
    writer: { create, update, ...reads(() => tenant, log), postAuditLog },
    live: new Map(resources.map((one) => [one.remoteId, one])),
    audited: [],
    fates: new Map(),
    onWrite: () => undefined,
    audit: 'delivered',
    hidden: new Set(),
    etags: true,
  };
  return tenant;

  async function create(kind: 'SpeechEngine' | 'Webhook', body: JsonObject, call?: CallOptions): Promise<WriteResult> {
    const { name, version } = body;
    const remoteId = `new-${++ids}`;
    const identity = { kind, name: textOf(name), ...(version !== undefined && { version: textOf(version) }) };
    const write = `POST ${identity.name}${version === undefined ? '' : `@${textOf(version)}`}`;
    return act(write, body, call, () => {
      const idMember = kind === 'SpeechEngine' ? 'speechEngineId' : 'webhookId';
      put({ identity, remoteId, entity: { ...body, [idMember]: remoteId } });
      return remoteId;
    });
  }

  async function update(
    _kind: string,
    remoteId: string,
    body: JsonObject,
    etag?: string,
    call?: CallOptions,
  ): Promise<WriteResult> {
    return act(`PATCH ${remoteId}`, body, call, () => {
      const before = tenant.live.get(remoteId);
      if (before === undefined) throw new Error(`PATCH of ${remoteId}, which is not there`);
      if (before.etag !== undefined && etag !== before.etag) return undefined;
      const entity = { ...before.entity, ...body };
      put({ ...before, identity: { ...before.identity, name: textOf(entity['name']) }, entity });
      return remoteId;
    });
  }

  function put(live: Live): void {
    const { etag: _old, ...rest } = live;
    const next = `"${live.remoteId}-${(ids += 1)}"`;
    tenant.live.set(
      live.remoteId,
      tenant.etags && live.identity.kind === 'SpeechEngine' ? { ...rest, etag: next } : rest,
    );
  }

  async function act(
    write: string,
    body: JsonObject,
    call: CallOptions | undefined,
    work: () => string | undefined,
  ): Promise<WriteResult> {
    const held = call?.refusal?.();
    if (held !== undefined) return { outcome: 'not-sent', code: 'NetworkError', reason: held.message };
    log.push(`${write} ${JSON.stringify(body)}`);
    tenant.onWrite(write, body);
    const fate = tenant.fates.get(write)?.shift() ?? 'done';
    if (fate === 'not-sent') return { outcome: 'not-sent', code: 'NetworkError', reason: 'connection refused' };
    if (fate === 'lost') return { outcome: 'unknown', reason: 'the connection was reset', correlationId: 'c' };
    if (typeof fate === 'object') return refusal(fate.status, fate.code);
    const remoteId = work();
    if (remoteId === undefined) return refusal(412, 'precondition');
    if (fate === 'unclear') return { outcome: 'unknown', reason: 'answered 201', correlationId: 'c', finished: true };
    if (fate === 'lost-after') return { outcome: 'unknown', reason: 'the connection was reset', correlationId: 'c' };
    const live = tenant.live.get(remoteId);
    if (live === undefined) throw new Error('it was just put');
    if (fate === 'altered') put({ ...live, entity: { ...live.entity, noiseSuppression: false } });
    if (fate === 'reworded') put({ ...live, entity: { ...live.entity, description: 'reworded' } });
    const { entity, etag } = tenant.live.get(remoteId) ?? live;
    return {
      outcome: 'done',
      remoteId,
      entity: fate === 'bare' ? undefined : entity,
      ...(etag !== undefined && { etag }),
      correlationId: 'c',
      serverDate: '2026-01-31T12:00:00.000Z',
    };
  }

  async function postAuditLog(event: AuditEvent, call?: CallOptions) {
    const held = call?.refusal?.();
    if (held !== undefined)
      return { outcome: 'not-sent' as const, code: 'NetworkError' as const, reason: held.message };
    log.push(`AUDIT ${event.action} ${event.targetId}`);
    const correlationId = 'c';
    if (tenant.audit === 'refused')
      return {
        outcome: 'refused' as const,
        status: 400,
        code: 'invalid' as const,
        message: 'no',
        details: [],
        correlationId,
      };
    const logId = `log-${tenant.audited.length + 1}`;
    if (tenant.audit !== 'lost') tenant.audited.push({ logId, ...event });
    if (tenant.audit === 'delivered') return { outcome: 'delivered' as const, logId, correlationId };
    return { outcome: 'unknown' as const, reason: 'the connection was reset', correlationId };
  }
}

function reads(tenant: () => Tenant, log: string[]) {
  const list = (kind: string) => async () => {
    log.push(`LIST ${kind}`);
    return [...tenant().live.values()].filter(
      (one) => one.identity.kind === kind && !tenant().hidden.has(one.remoteId),
    );
  };
  const get = async (remoteId: string) => {
    log.push(`GET ${remoteId}`);
    const fate = tenant().fates.get(`GET ${remoteId}`)?.shift();
    if (fate !== undefined) throw new KnownError('NetworkError', 'the read failed too');
    return tenant().live.get(remoteId);
  };
  return {
    listEngines: list('SpeechEngine'),
    listWebhooks: list('Webhook'),
    getEngine: get,
    getWebhook: get,
    listAuditLogs: async () => tenant().audited,
    keepAuditLogs: async () => 'unsupported' as const,
    listModels: async () => 'unsupported' as const,
    listProfiles: async () => 'unsupported' as const,
    clockSkewMs: () => undefined,
    stats: () => ({ total: 0, retried: 0, rateLimited: 0 }),
    close: () => Promise.resolve(),
  };
}

function refusal(status: number, code: RefusalCode): WriteResult {
  return { outcome: 'refused', code, status, message: 'the server said no', details: [], correlationId: 'c' };
}

/** Throws for anything else, so that a body without a name fails its test. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`not a text: ${JSON.stringify(value)}`);
}
