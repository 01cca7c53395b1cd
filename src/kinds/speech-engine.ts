import { canonicalJson } from '../model/canonical-json.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { pointer } from '../model/pointer.js';
import type { Resource } from '../model/resource.js';
import { keyedList } from './keyed-list.js';
import { type KeyedView, type KindDefinition, orDefault, type State } from './kind-definition.js';
import { nestedBody } from './nested-body.js';

/** A speech recognition engine (docs/cxone-api.md, "Engines"). */
export const speechEngine: KindDefinition = {
  kind: 'SpeechEngine',
  collection: '/api/v2/speech/engines',
  idMember: 'speechEngineId',
  auditEventType: 'speech.engine.configuration',
  required: ['speechEngineId', 'name', 'version', 'acousticModelId', 'languageProfileId'],
  desiredState: ({ identity, spec }: Resource) =>
    engineState({ ...spec, name: identity.name, version: identity.version ?? null }),
  liveState: (entity) => engineState(entity),
  keyedView,
  createBody: ({ audioProcessingOptions: _setByPatch, ...body }) => body,
  updateBody,
  updateAction: (before, after) =>
    hashable({ ...before, ...splitMembers(0) }) === hashable({ ...after, ...splitMembers(0) })
      ? 'TRAFFIC_SPLIT'
      : 'UPDATE',
  dependsOn: () => [],
};

/** The two members that express a traffic split: `abTestingEnabled` is exactly `trafficSplit > 0`. */
export function splitMembers(trafficSplit: number): JsonObject {
  return { trafficSplit, abTestingEnabled: trafficSplit > 0 };
}

/** The traffic split of an engine's state, in percent; a server's odd value counts as 0. */
export function trafficSplitOf(state: State): number {
  return typeof state['trafficSplit'] === 'number' ? state['trafficSplit'] : 0;
}

function engineState(source: JsonObject): State {
  const trafficSplit = orDefault(source['trafficSplit'], 0);
  return {
    name: orDefault(source['name'], null),
    version: orDefault(source['version'], null),
    acousticModelId: orDefault(source['acousticModelId'], null),
    languageProfileId: orDefault(source['languageProfileId'], null),
    description: orDefault(source['description'], ''),
    grammarConstraints: grammarState(source['grammarConstraints']),
    noiseSuppression: orDefault(source['noiseSuppression'], true),
    acousticFeatureExtraction: orDefault(source['acousticFeatureExtraction'], 'standard'),
    trafficSplit,
    abTestingEnabled: orDefault(source['abTestingEnabled'], typeof trafficSplit === 'number' && trafficSplit > 0),
    audioProcessingOptions: withoutNulls(source['audioProcessingOptions']),
  };
}

function grammarState(value: Json | undefined): Json {
  if (value === undefined || value === null) return null;
  return Array.isArray(value) && value.length === 0 ? null : value;
}

/** Leaves out null members and objects left empty; null when nothing is left. */
function withoutNulls(value: Json | undefined): Json {
  if (!isJsonObject(value)) return value ?? null;
  const kept = Object.entries(value)
    .map(([member, inner]) => [member, withoutNulls(inner)] as const)
    .filter(([, inner]) => inner !== null);
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

function updateBody(before: State, after: State): JsonObject {
  const body: JsonObject = {};
  for (const [member, value] of Object.entries(after)) {
    const live = before[member] ?? null;
    if (hashable(live) !== hashable(value)) {
      body[member] = member === 'audioProcessingOptions' ? nestedBody(live, value) : value;
    }
  }
  const movesSplit = 'trafficSplit' in body || 'abTestingEnabled' in body;
  return movesSplit ? { ...body, ...splitMembers(trafficSplitOf(after)) } : body;
}

/** Grammars by type + file name, else type + ordinal; rules by `id`; phrases by value. Absent option objects are empty. */
function keyedView(state: State): KeyedView {
  const orders = new Map<string, readonly string[]>();
  const options = isJsonObject(state['audioProcessingOptions']) ? state['audioProcessingOptions'] : {};
  const members: JsonObject = {
    ...state,
    audioProcessingOptions: { noiseSuppression: {}, acousticFeatureExtraction: {}, ...options },
    grammarConstraints: keyedGrammars(state['grammarConstraints'] ?? null, orders),
  };
  return { members, orders };
}

function keyedGrammars(value: Json, orders: Map<string, readonly string[]>): Json {
  const ofType = new Map<string, number>();
  const { map, order } = keyedList(Array.isArray(value) ? value : [], (item) => {
    const type = isJsonObject(item) ? String(item['type']) : 'grammar';
    const content = isJsonObject(item) && isJsonObject(item['content']) ? item['content'] : {};
    if (typeof content['fileName'] === 'string') return `${type}:${content['fileName']}`;
    const ordinal = (ofType.get(type) ?? 0) + 1;
    ofType.set(type, ordinal);
    return `${type}:${ordinal}`;
  });
  orders.set('/grammarConstraints', order);
  for (const [key, item] of Object.entries(map)) {
    if (isJsonObject(item) && isJsonObject(item['content'])) {
      map[key] = { ...item, content: keyedContent(item['content'], ['grammarConstraints', key, 'content'], orders) };
    }
  }
  return map;
}

function keyedContent(
  content: JsonObject,
  path: readonly string[],
  orders: Map<string, readonly string[]>,
): JsonObject {
  const keyed: JsonObject = { ...content };
  const keyOf = {
    rules: (rule: Json) => (isJsonObject(rule) ? String(rule['id']) : hashable(rule)),
    phrases: (phrase: Json) => (typeof phrase === 'string' ? phrase : hashable(phrase)),
  };
  for (const member of ['rules', 'phrases'] as const) {
    const items = content[member];
    if (!Array.isArray(items)) continue;
    const { map, order } = keyedList(items, keyOf[member]);
    keyed[member] = map;
    orders.set(pointer([...path, member]), order);
  }
  return keyed;
}

function hashable(value: Json): string {
  return canonicalJson(value);
}
