import type { Resource } from '../../model/resource.js';
import { member } from './member.js';
import type { ResourceFinding } from './resource-finding.js';

/** Each setting as a member of the engine, which its creation sends, and in its audio pipeline, which is sent after it. */
const spelledTwice = [
  { name: 'noiseSuppression', inner: 'enabled', type: 'boolean' },
  { name: 'acousticFeatureExtraction', inner: 'mode', type: 'string' },
] as const;

/**
 * Noise suppression and feature extraction, where both of their spellings are written and say different things. Which one
 * CXone would heed is not known (docs/manifests.md, "Checks between documents").
 */
export function contradictingOptions(resource: Resource): ResourceFinding[] {
  return spelledTwice.flatMap(({ name, inner, type }) => {
    const path = ['audioProcessingOptions', name, inner];
    const own = member(resource.spec, name);
    const pipeline = member(resource.spec, ...path);
    // A value of another type is the schema's to refuse.
    if (typeof own !== type || typeof pipeline !== type || own === pipeline) return [];
    const said = JSON.stringify(pipeline).replaceAll('"', '');
    const message = `${path.join('.')} is ${said}, and ${name}, the same setting, is ${JSON.stringify(own).replaceAll('"', '')}.`;
    const hint = `Write ${name}: ${said}, or take one of the two away.`;
    return [{ resource, code: 'contradicting-options', path: `/spec/${path.join('/')}`, message, hint }];
  });
}
