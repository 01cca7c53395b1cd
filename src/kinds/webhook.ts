import { isJsonObject, type Json, type JsonObject, sameJson } from '../model/json.js';
import { lowerCase } from '../model/lower-case.js';
import { pointer } from '../model/pointer.js';
import type { Resource } from '../model/resource.js';
import { comparableUrl } from './comparable-url.js';
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
  caseless: ['/headers'],
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
    callbackUrl: callbackUrlState(source['callbackUrl']),
    eventTypes: sortedSet(source['eventTypes']),
    engines: sortedSet(source['engines']),
    headers: headerNames(source['headers']).map(lowerCase).toSorted(),
    retryPolicy: {
      maxRetries: orDefault(retryPolicy['maxRetries'], defaultRetryPolicy.maxRetries),
      retryIntervalMs: orDefault(retryPolicy['retryIntervalMs'], defaultRetryPolicy.retryIntervalMs),
    },
  };
}

/** What identifies the same address on any server; the path and all that follows stays as it is written. */
function callbackUrlState(value: Json | undefined): Json {
  return typeof value === 'string' ? comparableUrl(value) : orDefault(value, null);
}

/** As they are spelled. A null is a header that a server which replaces keeps after it was taken away. */
function headerNames(headers: Json | undefined): string[] {
  if (!isJsonObject(headers)) return [];
  return Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [name]));
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
    const place = pointer(['spec', 'headers', header, 'fromEnv']);
    return [{ header, path: pointer(['headers', lowerCase(header)]), place, variable: source['fromEnv'] }];
  });
}

/** Header values are read only when headers are written: a change of the address alone needs no secret. */
function fullBody(state: State, context: BodyContext): JsonObject {
  return {
    name: state['name'] ?? null,
    callbackUrl: state['callbackUrl'] ?? null,
    filter: filterBody(state, context),
    headers: headersBody(context),
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
    const live = Object.fromEntries(headerNames(context.live?.['headers']).map((header) => [header, '']));
    body['headers'] = nestedBody(live, headersBody(context));
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

/** As the manifest spells them: one that is live under another spelling is set to null there, and sent once. */
function headersBody(context: BodyContext): JsonObject {
  const names = headerNames(context.resource.spec['headers']).toSorted();
  return Object.fromEntries(names.map((header) => [header, context.headerValue(header)]));
}

function sortedSet(value: Json | undefined): string[] {
  return [...new Set(strings(value))].toSorted();
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
