import type { Resource } from '../../model/resource.js';
import { member } from './member.js';
import type { ResourceFinding } from './resource-finding.js';

/**
 * Noise suppression and feature extraction are each spelled twice: as a member of the engine, which the creation sends,
 * and in its audio pipeline, which the next request sends. They must say the same, and a member that is left out says its
 * default (docs/manifests.md, "Checks between documents").
 */
export function contradictingOptions(resource: Resource): ResourceFinding[] {
  if (resource.identity.kind !== 'SpeechEngine') return [];
  return spelledTwice.flatMap(({ name, fallback, inner }) => {
    const path = ['audioProcessingOptions', name, inner];
    const own = member(resource.spec, name) ?? fallback;
    const pipeline = member(resource.spec, ...path);
    // A value of another type is the schema's to refuse.
    if (typeof pipeline !== typeof fallback || typeof own !== typeof fallback || pipeline === own) return [];
    const [wanted, set] = [JSON.stringify(pipeline), JSON.stringify(own)];
    const says = member(resource.spec, name) === undefined ? `${set} by default` : set;
    const message = `${path.join('.')} is ${wanted}, and ${name}, which is the same setting, is ${says}.`;
    const hint = `Write ${name}: ${wanted.replaceAll('"', '')}, or take ${path.join('.')} away.`;
    return [{ resource, code: 'contradicting-options', path: `/spec/${path.join('/')}`, message, hint }];
  });
}

const spelledTwice = [
  { name: 'noiseSuppression', fallback: true, inner: 'enabled' },
  { name: 'acousticFeatureExtraction', fallback: 'standard', inner: 'mode' },
] as const;
