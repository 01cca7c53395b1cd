import { canonicalJson } from '../model/canonical-json.js';
import { isJsonObject, type Json, type JsonObject, sameJson } from '../model/json.js';
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
  readById: true,
  identityMembers: ['name', 'version'],
  caseless: [],
  spelledElsewhere: { '/name': '/metadata/name', '/abTestingEnabled': '/spec/trafficSplit' },
  required: ['speechEngineId', 'name', 'version', 'acousticModelId', 'languageProfileId'],
  desiredState: ({ identity, spec }: Resource) =>
    engineState({ ...spec, name: identity.name, version: identity.version ?? null }),
  liveState: (entity) => engineState(entity),
  keyedView,
  createBody: ({ audioProcessingOptions: _setByPatch, ...body }) => body,
  updateBody,
  updateAction: (before, after) =>
    sameJson({ ...before, ...splitMembers(0) }, { ...after, ...splitMembers(0) }) ? 'TRAFFIC_SPLIT' : 'UPDATE',
  secretsOf: () => [],
  dependsOn: () => [],
};

/** The two members that express a traffic split: `abTestingEnabled` is exactly `trafficSplit > 0`. */
export function splitMembers(trafficSplit: number): JsonObject {
  return { trafficSplit, abTestingEnabled: trafficSplit > 0 };
}

/** The traffic split of an engine's state or spec, in percent; one that is absent or no number counts as 0. */
export function trafficSplitOf(engine: JsonObject): number {
  return typeof engine['trafficSplit'] === 'number' ? engine['trafficSplit'] : 0;
}

function engineState(source: JsonObject): State {
  const trafficSplit = orDefault(source['trafficSplit'], 0);
  return {
    name: orDefault(source['name'], null),
    version: orDefault(source['version'], null),
    acousticModelId: orDefault(source['acousticModelId'], null),
    languageProfileId: orDefault(source['languageProfileId'], null),
    description: descriptionState(source['description']),
    grammarConstraints: grammarState(source['grammarConstraints']),
    noiseSuppression: orDefault(source['noiseSuppression'], true),
    acousticFeatureExtraction: orDefault(source['acousticFeatureExtraction'], 'standard'),
    trafficSplit,
    abTestingEnabled: orDefault(source['abTestingEnabled'], typeof trafficSplit === 'number' && trafficSplit > 0),
    audioProcessingOptions: withoutNulls(source['audioProcessingOptions']),
  };
}

/** Space, tab, CR and LF at the end are no state: a server may cut them, and a YAML block ends with a line feed. */
function descriptionState(value: Json | undefined): Json {
  const description = orDefault(value, '');
  return typeof description === 'string' ? description.slice(0, endOfText(description)) : description;
}

/** A pattern that ends in `$` would take quadratic time on long runs of spaces inside. */
function endOfText(text: string): number {
  let end = text.length;
  while (end > 0 && ' \t\r\n'.includes(text.charAt(end - 1))) end -= 1;
  return end;
}

/** Members beside `type` and `content` are the server's own. Inside `content` every member is state. */
function grammarState(value: Json | undefined): Json {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) return value;
  return value.length === 0 ? null : value.map(typeAndContent);
}

function typeAndContent(grammar: Json): Json {
  if (!isJsonObject(grammar)) return grammar;
  return Object.fromEntries(Object.entries(grammar).filter(([member]) => member === 'type' || member === 'content'));
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
    if (!sameJson(live, value)) {
      body[member] = member === 'audioProcessingOptions' ? nestedBody(live, value) : value;
    }
  }
  const movesSplit = 'trafficSplit' in body || 'abTestingEnabled' in body;
  return movesSplit ? { ...body, ...splitMembers(trafficSplitOf(after)) } : body;
}

/** Grammars by type + file name, else type + ordinal; rules by `id`; phrases by value. Absent option objects are empty. */
function keyedView(state: State): KeyedView {
  const orders = new Map<string, readonly string[]>();
  const originals = new Map<string, Json>();
  const options = isJsonObject(state['audioProcessingOptions']) ? state['audioProcessingOptions'] : {};

  const keyItems = (path: readonly string[], items: readonly Json[], keyOf: (item: Json) => string): JsonObject => {
    const { map, order } = keyedList(items, keyOf);
    orders.set(pointer(path), order);
    originals.set(pointer(path), [...items]);
    return map;
  };
  const keyContent = (path: readonly string[], content: JsonObject): JsonObject => {
    const keyed: JsonObject = { ...content };
    const { rules, phrases } = content;
    if (Array.isArray(rules)) keyed['rules'] = keyItems([...path, 'rules'], rules, ruleKey);
    if (Array.isArray(phrases)) keyed['phrases'] = keyItems([...path, 'phrases'], phrases, phraseKey);
    return keyed;
  };
  const keyGrammars = (items: readonly Json[]): JsonObject => {
    const map = keyItems(['grammarConstraints'], items, grammarKeys());
    for (const [key, item] of Object.entries(map)) {
      if (!isJsonObject(item) || !isJsonObject(item['content'])) continue;
      originals.set(pointer(['grammarConstraints', key]), item);
      originals.set(pointer(['grammarConstraints', key, 'content']), item['content']);
      map[key] = { ...item, content: keyContent(['grammarConstraints', key, 'content'], item['content']) };
    }
    return map;
  };

  const grammars = state['grammarConstraints'];
  const members: JsonObject = {
    ...state,
    audioProcessingOptions: { noiseSuppression: {}, acousticFeatureExtraction: {}, ...options },
    grammarConstraints: keyGrammars(Array.isArray(grammars) ? grammars : []),
  };
  return { members, orders, originals };
}

/** The key of each grammar in turn: `grxml:greeting.grxml`, else the type and its ordinal among that type, `json:1`. */
function grammarKeys(): (item: Json) => string {
  const ofType = new Map<string, number>();
  return (item) => {
    const type = isJsonObject(item) ? textOr(item['type'], 'grammar') : 'grammar';
    const content = isJsonObject(item) && isJsonObject(item['content']) ? item['content'] : {};
    if (typeof content['fileName'] === 'string') return `${type}:${content['fileName']}`;
    const ordinal = (ofType.get(type) ?? 0) + 1;
    ofType.set(type, ordinal);
    return `${type}:${ordinal}`;
  };
}

function ruleKey(rule: Json): string {
  return isJsonObject(rule) && typeof rule['id'] === 'string' ? rule['id'] : canonicalJson(rule);
}

function phraseKey(phrase: Json): string {
  return typeof phrase === 'string' ? phrase : canonicalJson(phrase);
}

function textOr(value: Json | undefined, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}
