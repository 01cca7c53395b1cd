import { createHash } from 'node:crypto';
import type { JsonObject } from './json-object.js';

export const EXTRACTIONS = ['standard', 'enhanced', 'high_decibel'] as const;
export type Extraction = (typeof EXTRACTIONS)[number];

/** What a client decides about an engine (docs/cxone-api.md, POST and PATCH). */
export interface EngineSettings {
  name: string;
  version: string;
  description: string;
  acousticModelId: string;
  languageProfileId: string;
  grammarConstraints: readonly unknown[] | null;
  noiseSuppression: boolean;
  acousticFeatureExtraction: Extraction;
  trafficSplit: number;
  abTestingEnabled: boolean;
  audioProcessingOptions: JsonObject | null;
}

/** A speech engine as it is kept and answered. */
export interface Engine {
  speechEngineId: string;
  settings: EngineSettings;
  /** Members that only a control path can give; answered as they are. */
  extras: JsonObject;
  status: string;
  createdAt: string;
  updatedAt: string;
  etag: string;
}

/** The members of `EngineSettings`, in the order in which they are answered. */
export const SETTING_NAMES = [
  'name',
  'version',
  'description',
  'acousticModelId',
  'languageProfileId',
  'grammarConstraints',
  'noiseSuppression',
  'acousticFeatureExtraction',
  'trafficSplit',
  'abTestingEnabled',
  'audioProcessingOptions',
] as const satisfies readonly (keyof EngineSettings)[];

/** The members of an engine that the server writes. */
export const SERVER_NAMES = ['speechEngineId', 'status', 'createdAt', 'updatedAt', 'etag'] as const;

/** An engine as the API answers it. */
export function presentEngine(engine: Engine, withEtag: boolean): JsonObject {
  const { speechEngineId, settings, extras, status, createdAt, updatedAt, etag } = engine;
  return { ...extras, speechEngineId, ...settings, status, createdAt, updatedAt, ...(withEtag ? { etag } : {}) };
}

/** `engine` with new settings, a later `updatedAt` and an ETag that it never had before. */
export function changedEngine(engine: Engine, settings: EngineSettings, now: string): Engine {
  const changed = { ...engine, settings, updatedAt: now };
  return { ...changed, etag: nextEtag(engine.etag, engine.speechEngineId) };
}

/** A strong ETag derived from the one before it, so that no value comes back; `''` comes before the first. */
export function nextEtag(previous: string, speechEngineId: string): string {
  return `"${createHash('sha256').update(`${speechEngineId}\n${previous}`).digest('hex').slice(0, 24)}"`;
}
