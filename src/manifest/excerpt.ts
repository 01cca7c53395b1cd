import type { Excerpt } from '../model/problem.js';
import { documentPlaces } from './document-place.js';
import type { Place } from './place.js';
import type { SourceText } from './source-text.js';

/** Members whose values belong behind `fromEnv`, and where a secret may be written out by mistake. */
const secretMembers = ['headers', 'credentials'];

/**
 * The lines around an offset of a text, without those that may hold a secret: its text must not get into a log
 * (docs/security.md, "Output"). Undefined where the place itself may hold one, where a document of the text is broken, so
 * that nobody can say what belongs to `headers`, and where the lines are too long to be read.
 */
export function excerptOf(text: SourceText, offset: number): Excerpt | undefined {
  const excerpt = text.excerptAt(offset);
  if (excerpt === undefined || !secretMembers.some((member) => text.text.includes(member))) return excerpt;
  const documents = documentPlaces(text);
  if (documents.includes(undefined)) return undefined;
  const secret = secretLines(text, documents);
  const isSecret = (line: number) => secret.some(({ first, last }) => line >= first && line <= last);
  if (isSecret(text.locationAt(offset).line)) return undefined;
  const shown = excerpt.text
    .split('\n')
    .map((line, index) => (isSecret(excerpt.firstLine + index) ? line.replace(/\S.*$/, '…') : line));
  return { ...excerpt, text: shown.join('\n') };
}

interface Lines {
  readonly first: number;
  readonly last: number;
}

function secretLines(text: SourceText, documents: readonly (Place | undefined)[]): Lines[] {
  const found: Lines[] = [];
  const visit = (place: Place, end: number): void => {
    if (typeof place === 'number') return;
    for (const [index, inner] of place.inner.entries()) {
      const to =
        place.keysAt?.[index + 1] ?? (place.keys === undefined ? startOf(place.inner[index + 1]) : undefined) ?? end;
      const from = place.keysAt?.[index];
      if (from === undefined || !secretMembers.includes(place.keys?.[index] ?? '')) visit(inner, to);
      else found.push(linesBetween(text, from, to));
    }
  };
  for (const document of documents) if (document !== undefined) visit(document, endOf(text, document));
  return found;
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
