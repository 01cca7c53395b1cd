/** The longest that a run holds a request back: it waits out 429s, and for those that wait before it. */
const heldBackMs = 60 * 60_000;

/**
 * Whether a request that a run announced at `since` (ISO 8601) may have left a moment ago, that run having died before
 * it could say so. The entry's own time is no answer: the request may have waited long after it, and the clock of the
 * machine that wrote it may differ from this one's.
 */
export function mayHaveJustLeft(since: string, now: number): boolean {
  return now - Date.parse(since) < heldBackMs;
}
