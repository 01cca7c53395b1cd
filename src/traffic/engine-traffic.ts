/** A share of the traffic of one engine name. */
export interface NamedSplit {
  readonly name: string;
  /** In percent. */
  readonly split: number;
}

/** What one engine version serves, and what git asks it to serve. */
export interface EngineTraffic {
  /** The printed identity: by its manifest, or as it is live where no manifest names it. */
  readonly id: string;
  readonly version: string;
  /** Null while the engine is not live. */
  readonly remoteId: string | null;
  /** Its split, under the name that it bears in CXone; null while the engine is not live. */
  readonly live: NamedSplit | null;
  /** Its split by its manifest, under the name that the manifest gives it; null for an unmanaged engine. */
  readonly desired: NamedSplit | null;
  /** True when this run changes the engine. */
  readonly changing: boolean;
}

/** What an engine serves when this run is done: an engine that the run does not change keeps its live name and split. */
export function afterRun({ live, desired, changing }: EngineTraffic): NamedSplit | null {
  return changing ? desired : live;
}

/** The name of an engine, live or to be, that a run changes to another one. */
export function isRenamed(before: NamedSplit | null, after: NamedSplit | null): boolean {
  return before !== null && after !== null && before.name !== after.name;
}
