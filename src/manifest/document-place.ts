import type { SourceDocument } from './manifest-document.js';
import { type ParseResult, parse } from './parse.js';
import { keyOffsetOf, type Place, placeOf } from './place.js';
import type { SourceText } from './source-text.js';

/** The places of a text's documents, in the order of parsing; undefined for one that is broken. */
type Places = readonly (Place | undefined)[];

/**
 * Of the texts that were parsed last: places take several times the memory of their text, and thousands of files may each
 * have a problem. In UTF-16 code units of text.
 */
const maxKept = 1024 * 1024;
const kept = new Map<SourceText, Places>();
let keptLength = 0;

/** Where each value of a document stands. Parses the text again where it was long ago: few documents are ever asked. */
export function documentPlace({ text, index, offset, specAt }: SourceDocument): Place {
  const place = documentPlaces(text)[index] ?? offset;
  return specAt === undefined ? place : withSpec(place, specAt);
}

/** The places of all documents of a text. */
export function documentPlaces(text: SourceText): Places {
  return kept.get(text) ?? keepPlaces(text, parse(text.text, { places: true }));
}

/** Keeps the places of a text that was just parsed with them: what is wrong with it is found next. */
export function keepPlaces(text: SourceText, results: readonly ParseResult[]): Places {
  const places = results.map((result) => ('place' in result ? result.place : undefined));
  keptLength += text.text.length;
  for (const oldest of kept.keys()) {
    if (keptLength <= maxKept) break;
    kept.delete(oldest);
    keptLength -= oldest.text.length;
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
