import type { State } from '../kinds/kind-definition.js';
import type { Live, Resource } from '../model/resource.js';

/** A manifest held against what is live. `before` and `live` are null where nothing is. */
export interface Comparison {
  /** The printed identity. */
  readonly id: string;
  readonly resource: Resource;
  readonly live: Live | null;
  readonly before: State | null;
  readonly after: State;
  /** Live is as the manifest wants it. */
  readonly unchanged: boolean;
}

/** A change as apply carries it out: the states behind the document's entry. */
export interface PlannedChange extends Comparison {
  /** Of `before` and `after`; the second is the payloadHash. */
  readonly beforeHash: string | null;
  readonly payloadHash: string;
}
