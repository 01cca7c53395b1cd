import type { SourceDocument } from './manifest-document.js';
import { parse } from './parse.js';
import { keyOffsetOf, type Place, placeOf } from './place.js';
import type { SourceText } from './source-text.js';

const parsed = new WeakMap<SourceText, readonly (Place | undefined)[]>();

/** Where each value of a document stands. Parses the text again, once: few documents are ever asked. */
export function documentPlace({ text, index, offset, specAt }: SourceDocument): Place {
  const place = documentPlaces(text)[index] ?? offset;
  return specAt === undefined ? place : withSpec(place, specAt);
}

/** The places of all documents of a text; undefined for one that is broken. */
export function documentPlaces(text: SourceText): readonly (Place | undefined)[] {
  let places = parsed.get(text);
  if (places === undefined) {
    places = parse(text.text, { places: true }).map((result) => ('place' in result ? result.place : undefined));
    parsed.set(text, places);
  }
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
