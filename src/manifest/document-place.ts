import type { SourceDocument } from './manifest-document.js';
import { parse } from './parse.js';
import { keyOffsetOf, type Place, placeOf } from './place.js';
import type { SourceText } from './source-text.js';

/**
 * Of the texts that were asked last: places take several times the memory of their text, and thousands of files may each
 * have a problem. In UTF-16 code units.
 */
const maxKept = 1024 * 1024;
const kept = new Map<SourceText, readonly (Place | undefined)[]>();

/** Where each value of a document stands. Parses the text again, once: few documents are ever asked. */
export function documentPlace({ text, index, offset, specAt }: SourceDocument): Place {
  const place = documentPlaces(text)[index] ?? offset;
  return specAt === undefined ? place : withSpec(place, specAt);
}

/** The places of all documents of a text; undefined for one that is broken. */
export function documentPlaces(text: SourceText): readonly (Place | undefined)[] {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const places = parse(text.text, { places: true }).map((result) => ('place' in result ? result.place : undefined));
  let length = text.text.length;
  for (const other of kept.keys()) length += other.text.length;
  for (const oldest of kept.keys()) {
    if (length <= maxKept) break;
    kept.delete(oldest);
    length -= oldest.text.length;
  }
  kept.set(text, places);
  return places;
}

/** A place as if what is at the path were the `spec` of a document. */
function withSpec(place: Place, path: readonly string[]): Place {
  let current: Place | undefined = place;
  let at = 0;
  for (const segment of path) {
    if (current === undefined) return place;
    at = keyOffsetOf(current, segment) ?? at;
    current = placeOf(current, segment);
  }
  return current === undefined ? place : { at, keys: ['spec'], keysAt: [at], inner: [current] };
}
