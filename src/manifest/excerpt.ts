import type { Excerpt } from '../model/problem.js';
import { documentPlaces } from './document-place.js';
import type { Place } from './place.js';
import { isSecretText, mentionsSecret } from './secret-places.js';
import type { SourceText } from './source-text.js';

/**
 * The lines around an offset of a text, without those that may hold a secret: its text must not get into a log
 * (docs/security.md, "Output"). Undefined where the place itself may hold one, where a document of the text is broken, so
 * that nobody can say what belongs to `headers`, and where the lines are too long to be read.
 */
export function excerptOf(text: SourceText, offset: number): Excerpt | undefined {
  const excerpt = text.excerptAt(offset);
  if (excerpt === undefined) return undefined;
  const secret = secretLines(text);
  if (secret === 'somewhere') return undefined;
  const hides = (line: number) => secret.some(({ first, last }) => line >= first && line <= last);
  if (hides(text.locationAt(offset).line)) return undefined;
  const shown = excerpt.text
    .split('\n')
    .map((line, index) => (hides(excerpt.firstLine + index) ? line.replace(/\S.*$/, '…') : line));
  return { ...excerpt, text: shown.join('\n') };
}

interface Lines {
  readonly first: number;
  readonly last: number;
}

const known = new WeakMap<SourceText, readonly Lines[] | 'somewhere'>();

/** The lines of a text that may hold a secret, once a text; `somewhere` where a document of it is broken and mentions one. */
function secretLines(text: SourceText): readonly Lines[] | 'somewhere' {
  const before = known.get(text);
  if (before !== undefined) return before;
  const documents = documentPlaces(text);
  const found: Lines[] = [];
  const visit = (place: Place, end: number): void => {
    if (typeof place === 'number') return;
    for (const [index, inner] of place.inner.entries()) {
      const next = place.keys === undefined ? startOf(place.inner[index + 1]) : place.keysAt?.[index + 1];
      const [from, to] = [place.keysAt?.[index] ?? startOf(inner), next ?? end];
      const isScalar = typeof inner === 'number';
      if (from !== undefined && isSecretText(place.keys?.[index] ?? '', text.text.slice(from, to), isScalar)) {
        found.push(linesBetween(text, from, to));
      } else visit(inner, to);
    }
  };
  for (const document of documents) if (document !== undefined) visit(document, endOf(text, document));
  const isUnsure = documents.includes(undefined) && mentionsSecret(text.text);
  const lines = isUnsure ? 'somewhere' : found;
  known.set(text, lines);
  return lines;
}

/** The line of the key, and all others up to that of the next key: what is in the same line may be the value's, too. */
function linesBetween(text: SourceText, from: number, to: number): Lines {
  const first = text.locationAt(from).line;
  return { first, last: Math.max(first, text.locationAt(to).line - 1) };
}

function startOf(place: Place | undefined): number | undefined {
  return typeof place === 'object' ? place.at : place;
}

/** Where the next document starts, else past the end of the text. */
function endOf({ text }: SourceText, document: Place): number {
  const next = text.indexOf('\n---', startOf(document));
  return next === -1 ? text.length + 1 : next + 1;
}
