import type { AuditLog } from './audit-log.js';
import { type Model, type Profile, TIERS } from './catalogue.js';
import type { Client } from './client.js';
import { type Engine, nextEtag, SERVER_NAMES, SETTING_NAMES } from './engine.js';
import { type Members, readChoice, readText, readTexts, reject, rejectUnknown } from './members.js';
import { AUDIT_EVENT_NAMES, readAuditEvent, readTimestamp } from './read-audit-event.js';
import { readEngineSettings } from './read-engine-settings.js';
import { readWebhookSettings } from './read-webhook-settings.js';
import { SCOPES } from './tokens.js';
import { WEBHOOK_SETTING_NAMES, type Webhook } from './webhook.js';

/** An engine of a state; members that no engine has are kept and answered as they are. */
export function readEngineRow(members: Members, now: string, randomId: () => string): Engine {
  const speechEngineId = readText(members, 'speechEngineId', randomId());
  const own: readonly string[] = [...SETTING_NAMES, ...SERVER_NAMES];
  return {
    speechEngineId,
    settings: readEngineSettings(members),
    extras: Object.fromEntries(Object.entries(members.values).filter(([name]) => !own.includes(name))),
    status: readText(members, 'status', 'active'),
    createdAt: readTimestamp(members, 'createdAt', now),
    updatedAt: readTimestamp(members, 'updatedAt', now),
    etag: readText(members, 'etag', nextEtag('', speechEngineId)),
  };
}

/** A webhook of a state; header values are texts or digests. */
export function readWebhookRow(members: Members, now: string, randomId: () => string): Webhook {
  rejectUnknown(members, [...WEBHOOK_SETTING_NAMES, 'webhookId', 'status', 'createdAt', 'updatedAt']);
  return {
    webhookId: readText(members, 'webhookId', randomId()),
    settings: readWebhookSettings(members),
    status: readText(members, 'status', 'active'),
    createdAt: readTimestamp(members, 'createdAt', now),
    updatedAt: readTimestamp(members, 'updatedAt', now),
  };
}

/** An audit log entry of a state. */
export function readAuditLogRow(members: Members, now: string, randomId: () => string): AuditLog {
  rejectUnknown(members, [...AUDIT_EVENT_NAMES, 'logId', 'receivedAt']);
  const logId = readText(members, 'logId', randomId());
  return { logId, ...readAuditEvent(members), receivedAt: readTimestamp(members, 'receivedAt', now) };
}

/** A model of a state's catalogue. */
export function readModelRow(members: Members): Model {
  rejectUnknown(members, ['id', 'name', 'locale', 'tier', 'features', 'status']);
  const profile = readNamed(members);
  const tier = readChoice(members, 'tier', TIERS, 'standard') ?? 'standard';
  return { ...profile, tier, features: readTexts(members, 'features', []) };
}

/** A profile of a state's catalogue. */
export function readProfileRow(members: Members): Profile {
  rejectUnknown(members, ['id', 'name', 'locale', 'status']);
  return readNamed(members);
}

/** A client of a state. */
export function readClient(members: Members): Client {
  rejectUnknown(members, ['scopes', 'role']);
  const client: Client = {};
  if (members.values.role !== undefined) client.role = readText(members, 'role');
  if (members.values.scopes === undefined) return client;
  const names = readTexts(members, 'scopes');
  const unknown = names.find((name) => !SCOPES.some((scope) => scope === name));
  if (unknown !== undefined) reject(members, 'scopes', 'choice', `${JSON.stringify(unknown)} is not a scope`);
  client.scopes = SCOPES.filter((scope) => names.includes(scope));
  return client;
}

function readNamed(members: Members): Profile {
  const id = readText(members, 'id');
  const locale = readText(members, 'locale');
  const status = readText(members, 'status', 'active');
  return { id, name: readText(members, 'name', id), locale, status };
}
