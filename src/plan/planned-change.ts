import type { State } from '../kinds/kind-definition.js';
import { hashJson } from '../model/hash.js';
import type { Live, Resource } from '../model/resource.js';

/** A manifest held against what is live. `before` and `live` are null where nothing is. */
export interface Comparison {
  /** The printed identity. */
  readonly id: string;
  readonly resource: Resource;
  readonly live: Live | null;
  readonly before: State | null;
  readonly after: State;
  /** Secret values to be sent, whether or not the state differs; no hash knows of them. */
  readonly secrets: readonly SentSecret[];
  /** Live is as the manifest wants it, and no secret is to be sent. */
  readonly unchanged: boolean;
}

/** A secret value that live is to get: it is another one than was sent last, or somebody asked for it to be sent. */
export interface SentSecret {
  /** JSON Pointer below `spec`. */
  readonly path: string;
  readonly why: 'changed' | 'resent';
}

/** A change as apply carries it out: the states behind the document's entry. */
export interface PlannedChange extends Comparison {
  /** Of `before` and `after`; the second is the payloadHash. */
  readonly beforeHash: string | null;
  readonly payloadHash: string;
}

/** A comparison as a change: of one that changes nothing, both hashes are the same. */
export function plannedChange(comparison: Comparison): PlannedChange {
  const { before, after } = comparison;
  return { ...comparison, beforeHash: before === null ? null : hashJson(before), payloadHash: hashJson(after) };
}
