import { isJsonObject, type Json, type JsonObject, sameJson } from '../model/json.js';
import { pointer } from '../model/pointer.js';
import type { Resource } from '../model/resource.js';
import { keyedList } from './keyed-list.js';
import {
  type BodyContext,
  type KeyedView,
  type KindDefinition,
  orDefault,
  type SecretSource,
  type State,
} from './kind-definition.js';
import { nestedBody } from './nested-body.js';

/** A webhook (docs/cxone-api.md, "Webhooks"). Its state holds header names, never their values. */
export const webhook: KindDefinition = {
  kind: 'Webhook',
  collection: '/api/v2/webhooks',
  idMember: 'webhookId',
  auditEventType: 'webhook.configuration',
  readById: false,
  identityMembers: ['name'],
  spelledElsewhere: { '/name': '/metadata/name' },
  required: ['webhookId', 'name', 'callbackUrl', 'filter'],
  desiredState: ({ identity, spec }) =>
    webhookState({
      name: identity.name,
      callbackUrl: spec['callbackUrl'],
      eventTypes: spec['eventTypes'],
      engines: spec['engines'],
      headers: spec['headers'],
      retryPolicy: spec['retryPolicy'],
    }),
  liveState: (entity, identityOf) => {
    const filter = isJsonObject(entity['filter']) ? entity['filter'] : {};
    return webhookState({
      name: entity['name'],
      callbackUrl: entity['callbackUrl'],
      eventTypes: filter['eventTypes'],
      engines: strings(filter['speechEngineIds']).map(identityOf),
      headers: entity['headers'],
      retryPolicy: entity['retryPolicy'],
    });
  },
  keyedView,
  createBody: (state, context) => fullBody(state, context),
  updateBody,
  updateAction: () => 'UPDATE',
  secretsOf,
  dependsOn: (state) => strings(state['engines']),
};

const defaultRetryPolicy = { maxRetries: 3, retryIntervalMs: 5000 };

function webhookState(source: { readonly [member: string]: Json | undefined }): State {
  const retryPolicy = isJsonObject(source['retryPolicy']) ? source['retryPolicy'] : {};
  return {
    name: orDefault(source['name'], null),
    callbackUrl: orDefault(source['callbackUrl'], null),
    eventTypes: sortedSet(source['eventTypes']),
    engines: sortedSet(source['engines']),
    headers: isJsonObject(source['headers']) ? Object.keys(source['headers']).toSorted() : [],
    retryPolicy: {
      maxRetries: orDefault(retryPolicy['maxRetries'], defaultRetryPolicy.maxRetries),
      retryIntervalMs: orDefault(retryPolicy['retryIntervalMs'], defaultRetryPolicy.retryIntervalMs),
    },
  };
}

/** The sets as maps; their order is not state. */
function keyedView(state: State): KeyedView {
  const asMap = (member: string) => keyedList(strings(state[member]), String).map;
  const members = { ...state, eventTypes: asMap('eventTypes'), engines: asMap('engines'), headers: asMap('headers') };
  return { members, orders: new Map(), originals: new Map() };
}

function secretsOf({ spec }: Resource): SecretSource[] {
  const headers = isJsonObject(spec['headers']) ? spec['headers'] : {};
  return Object.entries(headers).flatMap(([header, source]) => {
    if (!isJsonObject(source) || typeof source['fromEnv'] !== 'string') return [];
    return [{ header, path: pointer(['headers', header]), variable: source['fromEnv'] }];
  });
}

/** Header values are read only when headers are written: a change of the address alone needs no secret. */
function fullBody(state: State, context: BodyContext): JsonObject {
  return {
    name: state['name'] ?? null,
    callbackUrl: state['callbackUrl'] ?? null,
    filter: filterBody(state, context),
    headers: headersBody(state, context),
    retryPolicy: state['retryPolicy'] ?? null,
  };
}

function updateBody(before: State, after: State, context: BodyContext): JsonObject {
  const changed = (member: string) => !sameJson(before[member], after[member]);
  const body: JsonObject = {};
  if (changed('name')) body['name'] = after['name'] ?? null;
  if (changed('callbackUrl')) body['callbackUrl'] = after['callbackUrl'] ?? null;
  if (changed('eventTypes') || changed('engines')) body['filter'] = filterBody(after, context);
  if (changed('headers') || context.sendsSecrets) {
    const live = Object.fromEntries(strings(before['headers']).map((header) => [header, '']));
    body['headers'] = nestedBody(live, headersBody(after, context));
  }
  if (changed('retryPolicy')) body['retryPolicy'] = nestedBody(before['retryPolicy'], after['retryPolicy'] ?? null);
  return body;
}

function filterBody(state: State, context: BodyContext): JsonObject {
  return {
    eventTypes: state['eventTypes'] ?? [],
    speechEngineIds: strings(state['engines']).map((identity) => context.remoteIdOf(identity)),
  };
}

function headersBody(state: State, context: BodyContext): JsonObject {
  return Object.fromEntries(strings(state['headers']).map((header) => [header, context.headerValue(header)]));
}

function sortedSet(value: Json | undefined): string[] {
  return [...new Set(strings(value))].toSorted();
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
