import { type EngineSettings, EXTRACTIONS } from './engine.js';
import { type Members, readBoolean, readChoice, readNumber, readText, reject } from './members.js';
import { readAudioProcessingOptions } from './read-audio-processing-options.js';
import { readGrammarConstraints } from './read-grammar-constraints.js';

/**
 * The settings that a whole engine body describes: absent and null members have their defaults. What is wrong with
 * types, bounds and shapes is added to the members' details, and the result is then not to be used.
 */
export function readEngineSettings(members: Members): EngineSettings {
  const trafficSplit = readNumber(members, 'trafficSplit', { min: 0, max: 100, integer: true }, 0);
  return {
    name: readText(members, 'name'),
    version: readVersion(members),
    description: readText(members, 'description', ''),
    acousticModelId: readText(members, 'acousticModelId'),
    languageProfileId: readText(members, 'languageProfileId'),
    grammarConstraints: readGrammarConstraints(members),
    noiseSuppression: readBoolean(members, 'noiseSuppression', true),
    acousticFeatureExtraction: readChoice(members, 'acousticFeatureExtraction', EXTRACTIONS, 'standard') ?? 'standard',
    trafficSplit,
    abTestingEnabled: readBoolean(members, 'abTestingEnabled', trafficSplit > 0),
    audioProcessingOptions: readAudioProcessingOptions(members),
  };
}

function readVersion(members: Members): string {
  const version = readText(members, 'version');
  if (version !== '' && !SEMANTIC_VERSION.test(version)) {
    reject(members, 'version', 'semver', `must be a semantic version such as 2.1.0, not ${JSON.stringify(version)}`);
  }
  return version;
}

/** Semantic Versioning 2.0.0, its own suggested expression. */
const SEMANTIC_VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;
