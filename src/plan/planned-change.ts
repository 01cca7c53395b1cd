import type { State } from '../kinds/kind-definition.js';
import type { Live, Resource } from '../model/resource.js';

/** A change as apply carries it out: the states behind the document's entry. `before` and `live` are null for a create. */
export interface PlannedChange {
  /** The printed identity. */
  readonly id: string;
  readonly resource: Resource;
  readonly live: Live | null;
  readonly before: State | null;
  readonly after: State;
  /** Of `before` and `after`; the second is the payloadHash. */
  readonly beforeHash: string | null;
  readonly payloadHash: string;
}
