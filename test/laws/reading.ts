import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.js';
import { grxmlContent } from './world.js';

/**
 * What an engine of the API says, every default written out. A second, small reading of docs/semantics.md ("State") that
 * shares nothing with src/kinds: it is what the program is checked against.
 */
export function readEngine(entity: JsonObject): JsonObject {
  const grammars = entity['grammarConstraints'] ?? [];
  const trafficSplit = entity['trafficSplit'] ?? 0;
  return {
    name: entity['name'] ?? null,
    version: entity['version'] ?? null,
    description: entity['description'] ?? '',
    acousticModelId: entity['acousticModelId'] ?? null,
    languageProfileId: entity['languageProfileId'] ?? null,
    grammarConstraints: grammars,
    noiseSuppression: entity['noiseSuppression'] ?? true,
    acousticFeatureExtraction: entity['acousticFeatureExtraction'] ?? 'standard',
    trafficSplit,
    abTestingEnabled: entity['abTestingEnabled'] ?? trafficSplit !== 0,
    audioProcessingOptions: setMembers(entity['audioProcessingOptions'] ?? null),
  };
}

/** The engine that a manifest asks for. */
export function engineOf({ metadata, spec }: JsonObject, grammarFiles: ReadonlyMap<string, string>): JsonObject {
  const wanted: JsonObject = { ...asObject(spec), name: asObject(metadata)['name'] ?? null };
  const grammars = wanted['grammarConstraints'];
  if (Array.isArray(grammars))
    wanted['grammarConstraints'] = grammars.map((one) => withContent(asObject(one), grammarFiles));
  return readEngine(wanted);
}

function withContent(constraint: JsonObject, grammarFiles: ReadonlyMap<string, string>): JsonObject {
  const { file } = constraint;
  if (typeof file !== 'string') return constraint;
  const text = (grammarFiles.get(file) ?? '').replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
  return { type: 'grxml', content: grxmlContent(file.split('/').at(-1) ?? '', text) };
}

/** The members of an object that are set, all the way down; null when there are none. */
function setMembers(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const set = Object.entries(value).map(([name, inner]) => [name, setMembers(inner)] as const);
  const kept = set.filter(([, inner]) => inner !== null);
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

/** What a webhook of the API says; `nameOf` tells the identity of an engine's id. */
export function readWebhook(entity: JsonObject, nameOf: (id: string) => string): JsonObject {
  const filter = asObject(entity['filter'] ?? {});
  const retry = asObject(entity['retryPolicy'] ?? {});
  return {
    name: entity['name'] ?? null,
    callbackUrl: entity['callbackUrl'] ?? null,
    eventTypes: [...new Set(texts(filter['eventTypes']))].toSorted(),
    engines: texts(filter['speechEngineIds']).map(nameOf).toSorted(),
    headers: Object.keys(asObject(entity['headers'] ?? {})).toSorted(),
    maxRetries: retry['maxRetries'] ?? 3,
    retryIntervalMs: retry['retryIntervalMs'] ?? 5000,
  };
}

/** The webhook that a manifest asks for. */
export function webhookOf({ metadata, spec }: JsonObject): JsonObject {
  const { eventTypes, engines, ...rest } = asObject(spec);
  const filter = { eventTypes: eventTypes ?? null, speechEngineIds: engines ?? null };
  return readWebhook({ ...rest, name: asObject(metadata)['name'] ?? null, filter }, (identity) => identity);
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Throws where there is no object, so that a test that expects one fails. */
export function asObject(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Error(`not an object: ${JSON.stringify(value)}`);
}
