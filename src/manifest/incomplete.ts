import { formatIdentity, type Kind } from '../model/identity.js';
import { nearest } from '../model/nearest.js';
import type { Problem } from '../model/problem.js';
import type { LayeredResource } from './layer.js';
import { problemIn, startOf } from './problem-in.js';

/** What every resource must have once its layers are merged; overlays alone need not (docs/manifests.md). */
const required: Readonly<Record<Kind, readonly string[]>> = {
  SpeechEngine: ['acousticModelId', 'languageProfileId'],
  Webhook: ['callbackUrl', 'eventTypes'],
};

/**
 * Says what a resource lacks after layering, if anything, and names the identity that its document was probably meant to
 * change: the usual cause is an overlay whose base moved to another version.
 */
export function incomplete(resource: LayeredResource, all: readonly LayeredResource[]): Problem | undefined {
  const missing = required[resource.identity.kind].filter((member) => !Object.hasOwn(resource.spec, member));
  if (missing.length === 0) return undefined;
  const id = formatIdentity(resource.identity);
  const message = `${id} has no ${missing.join(' and no ')} in any layer.`;
  const candidates = nearestOf(resource, all);
  const hint =
    candidates.length === 0
      ? `Add ${missing.join(' and ')}, or the document that this one is to change.`
      : `If it is to change another document, use its identity: ${candidates.join(', ')}. Else add ${missing.join(' and ')}.`;
  return problemIn(resource.source, { code: 'incomplete', path: ['spec'], part: 'key', message, hint });
}

/** Up to three complete resources: other versions of the same name, else the nearest name. */
function nearestOf({ identity }: LayeredResource, all: readonly LayeredResource[]): string[] {
  const complete = all.filter(
    (other) =>
      other.identity.kind === identity.kind &&
      required[identity.kind].every((member) => Object.hasOwn(other.spec, member)),
  );
  const meant = nearest(identity.name, new Set(complete.map((other) => other.identity.name)));
  return complete
    .filter((other) => other.identity.name === meant)
    .slice(0, 3)
    .map((other) => `${formatIdentity(other.identity)} (${startOf(other.source).file}:${startOf(other.source).line})`);
}
