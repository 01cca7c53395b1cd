import type { Resource } from '../../model/resource.js';

/** Something wrong with a resource beyond its schema, at the field to blame. */
export interface ResourceFinding {
  readonly resource: Resource;
  /** An error unless it says so. */
  readonly severity?: 'warning';
  /** A stable, kebab-case name of the rule. */
  readonly code: string;
  /** JSON Pointer into the manifest, for example `/spec/trafficSplit`. */
  readonly path: string;
  /** Set where the key is to blame, not the value. */
  readonly part?: 'key';
  readonly message: string;
  readonly hint?: string;
}
