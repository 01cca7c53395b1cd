/** The longest `listLag` that an environment may have: older writes are in every list. */
const longestLagMs = 60 * 60_000;

/** The states that our own writes led away from, by remote id. */
export interface LeftStates {
  /** Notes that a write, recorded at `at` (milliseconds since 1970), led from one state to another, each by its hash. */
  add(remoteId: string, beforeHash: string | null, resultHash: string | null, at: number): void;
  /** Of one resource: the hash of each such state, and when the last write that led away from it was recorded. */
  of(remoteId: string): ReadonlyMap<string, number>;
}

/**
 * Remembers them as long as a list may still show them: those of a resource that are more than an hour older than its
 * newest write are forgotten.
 */
export function createLeftStates(): LeftStates {
  const byId = new Map<string, Map<string, number>>();
  return {
    add(remoteId, beforeHash, resultHash, at) {
      if (beforeHash === null || resultHash === null || beforeHash === resultHash) return;
      const left = byId.get(remoteId) ?? new Map<string, number>();
      // A machine whose clock was behind does not make an earlier write look older.
      left.set(beforeHash, Math.max(at, left.get(beforeHash) ?? at));
      for (const [hash, then] of left) if (at - then > longestLagMs) left.delete(hash);
      byId.set(remoteId, left);
    },
    of: (remoteId) => byId.get(remoteId) ?? none,
  };
}

const none: ReadonlyMap<string, number> = new Map();
