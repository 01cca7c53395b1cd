import { formatIdentity, type Identity } from '../model/identity.js';
import { isJsonObject, type JsonObject } from '../model/json.js';
import type { Problem } from '../model/problem.js';
import type { ManifestDocument } from './manifest-document.js';
import { mergePatch } from './merge-patch.js';
import { problemIn, startOf } from './problem-in.js';

/** A resource as its layers leave it, before it is known whether it is complete. */
export interface LayeredResource {
  readonly identity: Identity;
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
  readonly rollout?: JsonObject;
  /** What defines it, from the lowest layer; the last one is its source. */
  readonly documents: readonly ManifestDocument[];
  /** The last of them. */
  readonly source: ManifestDocument;
}

/**
 * Lays documents of one identity over each other in their order, which is that of the layers (RFC 7396). `defaults` is
 * what a kind starts from. Documents that are not enabled in the end are left out. A second document of one identity in
 * one layer is a problem, and does not count. `own` is the name of the environment's own layer.
 */
export function layer(
  documents: readonly ManifestDocument[],
  defaults: ReadonlyMap<string, ManifestDocument>,
  own: string,
): { readonly resources: LayeredResource[]; readonly disabled: LayeredResource[]; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const byIdentity = new Map<string, ManifestDocument[]>();
  for (const document of documents) {
    if (document.layer !== own && pinsId(document)) problems.push(pinnedInBase(document));
    const id = formatIdentity(document.identity);
    const known = byIdentity.get(id);
    const twin = known?.find((other) => other.layer === document.layer);
    if (twin !== undefined) problems.push(definedTwice(document, twin, id));
    else if (known === undefined) byIdentity.set(id, [document]);
    else known.push(document);
  }
  const all = [...byIdentity.values()].map((layers) => merge(layers, defaults));
  const enabled = all.filter(({ metadata }) => metadata['enabled'] !== false);
  const disabled = all.filter(({ metadata }) => metadata['enabled'] === false);
  return { resources: enabled, disabled, problems };
}

function merge(own: readonly ManifestDocument[], defaults: ReadonlyMap<string, ManifestDocument>): LayeredResource {
  const [first] = own;
  const source = own.at(-1);
  if (first === undefined || source === undefined) throw new Error('a resource without a document');
  const fallback = defaults.get(first.identity.kind);
  const layers = fallback === undefined ? own : [fallback, ...own];
  let merged: JsonObject = {};
  for (const { value } of layers) merged = mergePatch(merged, value);
  const { metadata, spec, rollout } = merged;
  return {
    identity: first.identity,
    metadata: isJsonObject(metadata) ? metadata : {},
    spec: isJsonObject(spec) ? spec : {},
    ...(isJsonObject(rollout) && { rollout }),
    documents: layers,
    source,
  };
}

function definedTwice(document: ManifestDocument, twin: ManifestDocument, id: string): Problem {
  const { file, line } = startOf(twin);
  return problemIn(document, {
    code: 'defined-twice',
    path: ['metadata', 'name'],
    message: `${id} is defined twice: here and in ${file}:${line}.`,
    hint: `Keep one of them, or give them different ${document.identity.version === undefined ? 'names' : 'versions'}.`,
  });
}

function pinsId({ value }: ManifestDocument): boolean {
  return isJsonObject(value['metadata']) && typeof value['metadata']['engineId'] === 'string';
}

function pinnedInBase(document: ManifestDocument): Problem {
  return problemIn(document, {
    code: 'misplaced-engine-id',
    path: ['metadata', 'engineId'],
    part: 'key',
    message: 'engineId is in a base, but an id belongs to one organisation.',
    hint: "Move it to a document of the same identity in the environment's own folder.",
  });
}
