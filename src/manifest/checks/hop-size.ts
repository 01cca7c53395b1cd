import type { Resource } from '../../model/resource.js';
import { member } from './member.js';
import type { ResourceFinding } from './resource-finding.js';

/** Frames that begin farther apart than they are long (docs/cxone-api.md, "Engines"). */
export function hopSize(resource: Resource): ResourceFinding[] {
  const options = member(resource.spec, 'audioProcessingOptions', 'acousticFeatureExtraction');
  const [frame, hop] = [member(options, 'frameSizeMs'), member(options, 'hopSizeMs')];
  if (typeof frame !== 'number' || typeof hop !== 'number' || hop <= frame) return [];
  const path = '/spec/audioProcessingOptions/acousticFeatureExtraction/hopSizeMs';
  const message = `hopSizeMs is ${hop} and frameSizeMs ${frame}: audio between two frames would be skipped.`;
  return [{ resource, code: 'hop-beyond-frame', path, message, hint: `Use at most ${frame}.` }];
}
