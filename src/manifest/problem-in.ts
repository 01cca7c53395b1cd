import { pointer } from '../model/pointer.js';
import type { Location, Problem } from '../model/problem.js';
import { documentPlace } from './document-place.js';
import { excerptOf } from './excerpt.js';
import type { Finding, SourceDocument } from './manifest-document.js';
import { offsetAt } from './place.js';
import { mayHoldSecret } from './secret-places.js';

/** A finding as a problem at its line, with the lines around it. */
export function problemIn(document: SourceDocument, finding: Finding): Problem {
  const { severity = 'error', code, path, part = 'value', message, hint } = finding;
  const offset = offsetAt(documentPlace(document), path, part);
  const excerpt = mayHoldSecret(path) ? undefined : excerptOf(document.text, offset);
  return {
    severity,
    code,
    ...document.text.locationAt(offset),
    path: pointer(path),
    message,
    ...(hint !== undefined && { hint }),
    ...(excerpt !== undefined && { excerpt }),
  };
}

/** Where a document starts. */
export function startOf(document: SourceDocument): Location {
  return document.text.locationAt(document.offset);
}
