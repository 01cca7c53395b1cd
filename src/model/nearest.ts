import { distance } from 'fastest-levenshtein';

/** So many suggestions are worked out for one list of candidates: each looks at all of them, and nobody reads more. */
const maxSuggestions = 100;

/** `nearest` among always the same candidates; undefined after the first hundred questions. */
export function nearestAmong(candidates: Iterable<string>): (text: string) => string | undefined {
  let asked = 0;
  return (text) => {
    asked += 1;
    return asked > maxSuggestions ? undefined : nearest(text, candidates);
  };
}

/**
 * The candidate that was probably meant: the one with the fewest edits, regardless of case, if these are few for its
 * length. Undefined when nothing is near.
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  const wanted = text.slice(0, 256).toLowerCase();
  for (const candidate of candidates) {
    const few = candidate.length < 4 ? 1 : Math.max(2, Math.floor(candidate.length / 3));
    const allowed = Math.min(fewest - 1, few);
    if (Math.abs(candidate.length - wanted.length) > allowed) continue;
    const edits = distance(wanted, candidate.toLowerCase());
    if (edits <= allowed) [best, fewest] = [candidate, edits];
  }
  return best;
}
