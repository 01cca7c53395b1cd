import type { ValidationError } from '../model/generated/validation-error.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { nearest } from '../model/nearest.js';
import { pointerSegments } from '../model/pointer.js';
import { explainValue } from './explain-value.js';
import type { Finding } from './manifest-document.js';
import { knownKeys, meantKey, sectionOf } from './meant-key.js';
import { type DocumentKind, schemaAt } from './schema-at.js';
import { choiceHint, helpOf, nameOf, quoted, shown } from './value-words.js';

/** A violation of a schema in the words of somebody who writes manifests: what is wrong, where, and what would be right. */
export function explainViolation(kind: DocumentKind, document: JsonObject, error: ValidationError): Finding {
  const path = pointerSegments(error.instancePath);
  const { params } = error;
  const finding = explain();
  // Keys keep their case, words start a sentence.
  return {
    ...finding,
    message: finding.message.replace(
      /^(the document|item) /,
      (words) => words.charAt(0).toUpperCase() + words.slice(1),
    ),
  };

  function explain(): Finding {
    switch (error.keyword) {
      case 'additionalProperties':
        return unknownKey(kind, document, path, String(params['additionalProperty']));
      case 'propertyNames':
        return refusedKey(kind, path, String(params['propertyName']));
      case 'required':
        return missingKey(kind, document, path, String(params['missingProperty']));
      case 'discriminator':
        return wrongType(document, path, String(params['tag']));
      case 'minProperties':
      case 'maxProperties':
        return wrongCount(kind, document, path, error.keyword, Number(params['limit']));
      default:
        return explainValue(
          { path, value: valueAt(document, path) ?? null, schema: schemaAt(kind, document, path) },
          error,
        );
    }
  }
}

/** Keys that people try, and what to do instead. */
const knownMistakes: ReadonlyMap<string, string> = new Map([
  ['abTestingEnabled', 'It follows from trafficSplit and is never written: a split above 0 turns it on.'],
  ['<<', "Merge keys are not read: put what manifests share into a base or into the environment's defaults."],
  ['filter', 'Its members are keys of spec: eventTypes, and engines in place of speechEngineIds.'],
  ['speechEngineId', 'A live engine is found by name and version; to pick one by id, use metadata.engineId.'],
]);

function unknownKey(kind: DocumentKind, document: JsonObject, path: readonly string[], key: string): Finding {
  const meant = meantKey(kind, document, path, key);
  const section = sectionOf(kind, document, path, key);
  const choice =
    section === undefined
      ? choiceHint(meant, knownKeys(kind, document, path), 'Possible here')
      : `It belongs below ${section}.`;
  const message = `${quoted(key)} is not a key of ${nameOf(path)}.`;
  const hint = knownMistakes.get(key) ?? choice;
  const found = { code: 'unknown-key', path: [...path, key], part: 'key', message, hint } as const;
  if (section !== undefined) return { ...found, meant: key };
  return meant === undefined ? found : { ...found, meant };
}

/** Only defaults of engines and headers have rules for their keys. */
function refusedKey(kind: DocumentKind, path: readonly string[], key: string): Finding {
  const at = { path: [...path, key], part: 'key' } as const;
  if (kind === 'Environment' && path.at(-1) === 'SpeechEngine') {
    const hint = "The version is part of an engine's identity: each manifest has its own.";
    return { ...at, code: 'unknown-key', message: `${quoted(key)} can't have a default.`, hint };
  }
  const message = `${quoted(key)} is not the name of an HTTP header.`;
  return { ...at, code: 'invalid-header-name', message, hint: 'Use letters, digits and -, at most 256.' };
}

function missingKey(kind: DocumentKind, document: JsonObject, path: readonly string[], key: string): Finding {
  const hint = helpOf(schemaAt(kind, document, [...path, key]), key);
  const message = `${nameOf(path)} has no ${key}.`;
  return { code: 'missing-key', path, part: 'key', message, ...(hint !== '' && { hint }) };
}

/** Grammars are the only alternatives that the schemas have. */
function wrongType(document: JsonObject, path: readonly string[], tag: string): Finding {
  const types = ['json', 'grxml', 'list'];
  const value = valueAt(document, [...path, tag]);
  if (value === undefined) {
    const message = `${nameOf(path)} has no ${tag}.`;
    return { code: 'missing-key', path, part: 'key', message, hint: choiceHint(undefined, types) };
  }
  const meant = typeof value === 'string' ? nearest(value, types) : undefined;
  const message = `${tag} can't be ${shown(value)}.`;
  return { code: 'invalid-value', path: [...path, tag], message, hint: choiceHint(meant, types) };
}

function wrongCount(
  kind: DocumentKind,
  document: JsonObject,
  path: readonly string[],
  keyword: string,
  limit: number,
): Finding {
  const value = valueAt(document, path);
  const tooMany = keyword === 'maxProperties';
  if (isJsonObject(value) && typeof value['type'] === 'string' && path.at(-2) === 'grammarConstraints') {
    const message = tooMany ? 'The grammar has content and a file.' : 'The grammar has neither content nor a file.';
    const hint = tooMany ? 'Keep one of them.' : 'Write it under `content`, or name its file under `file`.';
    return { code: 'content-or-file', path, message, hint };
  }
  if (!tooMany && limit === 1) {
    const hint = helpOf(schemaAt(kind, document, path), nameOf(path));
    return { code: 'invalid-value', path, message: `${nameOf(path)} must not be empty.`, ...(hint !== '' && { hint }) };
  }
  const count = isJsonObject(value) ? Object.keys(value).length : 0;
  if (tooMany && limit === 1) {
    const message = `${nameOf(path)} must have one key, not ${count}.`;
    return { code: 'out-of-range', path, message, hint: 'Keep one of them.' };
  }
  const message = `${nameOf(path)} must have at ${tooMany ? 'most' : 'least'} ${limit} keys, not ${count}.`;
  return { code: 'out-of-range', path, message };
}

function valueAt(document: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const segment of path) {
    if (Array.isArray(value)) value = value[Number(segment)];
    else value = isJsonObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
  }
  return value;
}
