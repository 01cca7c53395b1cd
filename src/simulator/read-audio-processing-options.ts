import { EXTRACTIONS } from './engine.js';
import type { JsonObject } from './json-object.js';
import { type Members, readBoolean, readChoice, readMembers, readNumber, reject, rejectUnknown } from './members.js';

/**
 * `audioProcessingOptions` as given, or null. Bounds are those of docs/cxone-api.md; nothing inside has a default, so
 * a partial object stays partial.
 */
export function readAudioProcessingOptions(engine: Members): JsonObject | null {
  const options = readMembers(engine, 'audioProcessingOptions');
  if (options === undefined) return null;
  rejectUnknown(options, ['noiseSuppression', 'acousticFeatureExtraction']);
  const noise = readMembers(options, 'noiseSuppression');
  if (noise !== undefined) checkNoiseSuppression(noise);
  const extraction = readMembers(options, 'acousticFeatureExtraction');
  if (extraction !== undefined) checkFeatureExtraction(extraction);
  return options.values;
}

function checkNoiseSuppression(noise: Members): void {
  rejectUnknown(noise, ['enabled', 'algorithm', 'noiseFloorDb']);
  readBoolean(noise, 'enabled', true);
  readChoice(noise, 'algorithm', ['spectralSubtraction'], 'spectralSubtraction');
  readNumber(noise, 'noiseFloorDb', { min: -90, max: -10 }, -45);
}

function checkFeatureExtraction(extraction: Members): void {
  rejectUnknown(extraction, ['enabled', 'mode', 'preemphasisCoefficient', 'frameSizeMs', 'hopSizeMs']);
  readBoolean(extraction, 'enabled', true);
  readChoice(extraction, 'mode', EXTRACTIONS, 'standard');
  readNumber(extraction, 'preemphasisCoefficient', { min: 0, max: 1 }, 0.97);
  const frame = readNumber(extraction, 'frameSizeMs', { min: 10, max: 50 }, 50);
  const hop = readNumber(extraction, 'hopSizeMs', { min: 1, max: 50 }, 1);
  if (hop > frame) {
    reject(extraction, 'hopSizeMs', 'range', `must not be longer than frameSizeMs (${hop} > ${frame})`);
  }
}
