import type { Identity } from './identity.js';
import type { JsonObject } from './json.js';
import type { Location } from './problem.js';

/** Where a field's value was set, and by which layer: `defaults`, the name of a base, or the environment's own name. */
export interface Origin extends Location {
  readonly layer: string;
}

/** A manifest after layering: what git wants. */
export interface Resource {
  readonly identity: Identity;
  /** The spec after layering, with grammar files read into their constraint's `content`. */
  readonly spec: JsonObject;
  /** How its traffic is to be moved in steps, after layering; absent when at once. */
  readonly rollout?: JsonObject;
  /** Former names, newest first; empty when never renamed. */
  readonly previousNames: readonly string[];
  /** The remote id that the manifest pins, where live names are ambiguous. */
  readonly engineId?: string;
  /** JSON Pointer below the document (for example `/spec/trafficSplit`) to where it was set. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Where the last document that defines it starts. */
  readonly source: Location;
}

/** A resource as CXone answered it. */
export interface Live {
  readonly identity: Identity;
  readonly remoteId: string;
  /** The whole entity, as answered. */
  readonly entity: JsonObject;
  /** Present when the server gives ETags. */
  readonly etag?: string;
}
