/** Where a value stands in its file's text: the offset of a scalar, or a branch for a mapping or list. */
export type Place = number | Branch;

/** The offset of a mapping or list, and the places of what it holds, in the order of the text. */
export interface Branch {
  readonly at: number;
  /** Keys of a mapping; absent for a list. */
  readonly keys?: readonly string[];
  /** The offsets of the keys, in the same order. */
  readonly keysAt?: readonly number[];
  readonly inner: readonly Place[];
}

/** The offset of the value itself. */
export function offsetOf(place: Place): number {
  return typeof place === 'number' ? place : place.at;
}

/** The place of a member or an item; undefined when there is none. */
export function placeOf(place: Place, segment: string): Place | undefined {
  if (typeof place === 'number') return undefined;
  return place.inner[indexOf(place, segment)];
}

/** The offset of a member's key, or of an item. */
export function keyOffsetOf(place: Place, segment: string): number | undefined {
  if (typeof place === 'number') return undefined;
  const index = indexOf(place, segment);
  const inner = place.inner[index];
  return place.keysAt?.[index] ?? (inner === undefined ? undefined : offsetOf(inner));
}

/**
 * The offset of the value at the end of a path, or of its key; what does not exist is placed at its nearest ancestor's
 * key, where a person would add it.
 */
export function offsetAt(place: Place, path: readonly string[], part: 'key' | 'value'): number {
  let current = place;
  let keyAt = offsetOf(place);
  for (const segment of path) {
    const inner = placeOf(current, segment);
    if (inner === undefined) return keyAt;
    keyAt = keyOffsetOf(current, segment) ?? keyAt;
    current = inner;
  }
  return part === 'key' ? keyAt : offsetOf(current);
}

function indexOf(branch: Branch, segment: string): number {
  return branch.keys === undefined ? Number(segment) : branch.keys.indexOf(segment);
}
