import { formatIdentity, type Identity, type Kind } from '../model/identity.js';
import { isJsonObject } from '../model/json.js';
import { nearestAmong } from '../model/nearest.js';
import type { Problem } from '../model/problem.js';
import type { LayeredResource } from './layer.js';
import type { Finding, ManifestDocument } from './manifest-document.js';
import { problemIn, startOf } from './problem-in.js';

/** What every resource must have once its layers are merged; overlays alone need not (docs/manifests.md). */
const required: Readonly<Record<Kind, readonly string[]>> = {
  SpeechEngine: ['acousticModelId', 'languageProfileId'],
  Webhook: ['callbackUrl', 'eventTypes'],
};

/** What a resource lacks after layering. */
export function missingMembers({ identity, spec }: LayeredResource): string[] {
  return required[identity.kind].filter((member) => !Object.hasOwn(spec, member));
}

/**
 * Says of each resource what it lacks after layering, if anything, and names the identity that its document was probably
 * meant to change: the usual cause is an overlay whose base moved to another version. A key that is there and misspelt is a
 * mistake of its own.
 */
export function incomplete(resources: readonly LayeredResource[]): Problem[] {
  const suggest = suggestions(resources);
  return resources.flatMap((resource) => {
    if (resource.documents.some(({ findings }) => findings.some(isSpec))) return [];
    const misspelt = new Set(resource.documents.flatMap(({ findings }) => findings.map(({ meant }) => meant)));
    const missing = missingMembers(resource).filter((member) => !misspelt.has(member));
    const never = missing.filter((member) => nullAt(resource, member) === undefined);
    return [
      ...missing.flatMap((member) => takenAway(resource, member)),
      ...(never.length === 0 ? [] : [neverSaid(resource, never, suggest(resource.identity))]),
    ];
  });
}

/** A spec that is no mapping may be meant to say anything. */
function isSpec({ path: [section, member] }: Finding): boolean {
  return section === 'spec' && member === undefined;
}

/** The last document that writes a member, where it takes it away. */
function nullAt({ documents }: LayeredResource, member: string): ManifestDocument | undefined {
  const last = documents.findLast(({ value }) => isJsonObject(value['spec']) && Object.hasOwn(value['spec'], member));
  return isJsonObject(last?.value['spec']) && last.value['spec'][member] === null ? last : undefined;
}

function takenAway(resource: LayeredResource, member: string): Problem[] {
  const document = nullAt(resource, member);
  if (document === undefined) return [];
  const message = `${formatIdentity(resource.identity)} has no ${member}: null takes it away here.`;
  const hint = 'Write a value, or leave the line out to keep what the layers below say.';
  return [problemIn(document, { code: 'incomplete', path: ['spec', member], message, hint })];
}

function neverSaid(
  { identity, source }: LayeredResource,
  members: readonly string[],
  meant: readonly string[],
): Problem {
  const message = `${formatIdentity(identity)} has no ${members.join(' and no ')} in any layer.`;
  const add = `add ${members.join(' and ')}`;
  const hint =
    meant.length === 0
      ? `A${add.slice(1)}, or the document that this one is to change.`
      : `If it is to change another document, use its identity: ${meant.join(', ')}. Else ${add}.`;
  return problemIn(source, { code: 'incomplete', path: ['spec'], part: 'key', message, hint });
}

/** For an identity, up to three complete resources: other versions of the same name, else of the nearest name. */
function suggestions(all: readonly LayeredResource[]): (identity: Identity) => string[] {
  const complete = all.filter((resource) => missingMembers(resource).length === 0);
  const names = new Set(complete.map(({ identity }) => identity.name));
  const nearestName = nearestAmong(names);
  return ({ kind, name }) => {
    const meant = names.has(name) ? name : nearestName(name);
    return complete
      .filter(({ identity }) => identity.kind === kind && identity.name === meant)
      .slice(0, 3)
      .map(({ identity, source }) => `${formatIdentity(identity)} (${startOf(source).file}:${startOf(source).line})`);
  };
}
