import type { AuditLog } from './audit-log.js';
import { type Model, type Profile, seededModels, seededProfiles } from './catalogue.js';
import type { Client } from './client.js';
import { type Engine, presentEngine } from './engine.js';
import { isJsonObject, type JsonObject } from './json-object.js';
import { type Members, readList, readMembers, rejectUnknown } from './members.js';
import {
  readAuditLogRow,
  readClient,
  readEngineRow,
  readModelRow,
  readProfileRow,
  readWebhookRow,
} from './read-state-rows.js';
import { type Recognition, readRecognition } from './recognition.js';
import { type Detail, Refusal, refuseInvalid } from './refusal.js';
import type { Webhook } from './webhook.js';

/** Everything that a simulator remembers, but for tokens, faults and the request log. */
export interface State {
  models: readonly Model[];
  profiles: readonly Profile[];
  clients: ReadonlyMap<string, Client>;
  engines: readonly Engine[];
  webhooks: readonly Webhook[];
  auditLogs: readonly AuditLog[];
  recognitions: readonly Recognition[];
}

/**
 * Reads the JSON form of a state (docs/simulator.md, "State"). Absent lists are empty, an absent catalogue is the
 * seeded one, and absent members of an engine have their defaults; the API's rules between engines are not applied.
 * @throws Refusal 400 that names every member that can't be used.
 */
export function readState(value: unknown, now: string, randomId: () => string): State {
  if (!isJsonObject(value)) throw new Refusal(400, 'bad_request', 'The state must be a JSON object.');
  const details: Detail[] = [];
  const members: Members = { values: value, at: '', details };
  rejectUnknown(members, ['formatVersion', 'generation', ...STATE_NAMES]);
  if ((value.formatVersion ?? 1) !== 1) details.push({ field: 'formatVersion', code: 'choice', message: 'must be 1' });
  const rows = <Row>(name: string, idName: string, read: (row: Members) => Row): Row[] => {
    const items = readList(members, name);
    rejectDuplicates(items, idName);
    return items.map(read);
  };
  const state: State = {
    models: value.models === undefined ? seededModels() : rows('models', 'id', readModelRow),
    profiles: value.profiles === undefined ? seededProfiles() : rows('profiles', 'id', readProfileRow),
    clients: readClients(members),
    engines: rows('engines', 'speechEngineId', (row) => readEngineRow(row, now, randomId)),
    webhooks: rows('webhooks', 'webhookId', (row) => readWebhookRow(row, now, randomId)),
    auditLogs: rows('auditLogs', 'logId', (row) => readAuditLogRow(row, now, randomId)),
    recognitions: rows('recognitions', 'recognitionId', (row) => readRecognition(row, now, randomId)),
  };
  refuseInvalid(details);
  return state;
}

/** The JSON form of a state. */
export function presentState(state: State): JsonObject {
  return {
    formatVersion: 1,
    models: state.models,
    profiles: state.profiles,
    clients: Object.fromEntries(state.clients),
    engines: state.engines.map((engine) => presentEngine(engine, true)),
    webhooks: state.webhooks.map(webhookRow),
    auditLogs: state.auditLogs,
    recognitions: state.recognitions,
  };
}

/** A webhook as the state holds it: header values are digests. */
export function webhookRow(webhook: Webhook): JsonObject {
  const { webhookId, settings, status, createdAt, updatedAt } = webhook;
  return { webhookId, ...settings, status, createdAt, updatedAt };
}

const STATE_NAMES = ['models', 'profiles', 'clients', 'engines', 'webhooks', 'auditLogs', 'recognitions'];

function readClients(members: Members): Map<string, Client> {
  const clients = readMembers(members, 'clients');
  const read = new Map<string, Client>();
  for (const id of Object.keys(clients?.values ?? {})) {
    const client = clients === undefined ? undefined : readMembers(clients, id);
    if (client !== undefined) read.set(id, readClient(client));
  }
  return read;
}

function rejectDuplicates(items: readonly Members[], idName: string): void {
  const seen = new Set<unknown>();
  for (const { values, at, details } of items) {
    const id = values[idName];
    if (id !== undefined && seen.has(id)) {
      details.push({ field: `${at}.${idName}`, code: 'not_unique', message: `${JSON.stringify(id)} is used twice` });
    }
    seen.add(id);
  }
}
