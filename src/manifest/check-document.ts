import { validateCatalog } from '../model/generated/validate-catalog.js';
import { validateEnvironment } from '../model/generated/validate-environment.js';
import { validateSpeechEngine } from '../model/generated/validate-speech-engine.js';
import { validateWebhook } from '../model/generated/validate-webhook.js';
import type { ValidationError } from '../model/generated/validation-error.js';
import type { JsonObject } from '../model/json.js';
import { pointerSegments } from '../model/pointer.js';
import { explainViolation } from './explain-violation.js';
import type { Finding } from './manifest-document.js';
import { meantKey, sectionOf } from './meant-key.js';
import type { DocumentKind } from './schema-at.js';

const validators = {
  Environment: validateEnvironment,
  SpeechEngine: validateSpeechEngine,
  Webhook: validateWebhook,
  Catalog: validateCatalog,
};

/** What tells how a value must look; of several that one value breaks, the first says it best. */
const ofOneValue = ['type', 'const', 'enum', 'minItems', 'minLength', 'pattern', 'minProperties', 'maxProperties'];

/** Each of these is a mistake of its own, however many a mapping has. */
const ofItsOwn = ['additionalProperties', 'required', 'propertyNames', 'uniqueItems'];

/** More than anybody reads; ajv can report 100,000 for one list. */
const maxViolations = 1000;

/** What a document's schema says against it, one finding a mistake; empty when it is as the schema wants. */
export function checkDocument(kind: DocumentKind, document: JsonObject): Finding[] {
  const validate = validators[kind];
  if (validate(document)) return [];
  const errors = (validate.errors ?? []).slice(0, maxViolations);
  return oneAMistake(kind, document, errors).map((error) => explainViolation(kind, document, error));
}

/** Several keywords can fail for one mistake: one error a value is kept, besides the keys that are unknown or missing. */
function oneAMistake(kind: DocumentKind, document: JsonObject, errors: readonly ValidationError[]): ValidationError[] {
  const unknown = errors.filter((error) => error.keyword === 'additionalProperties');
  const withUnknownKey = new Set(unknown.map((error) => error.instancePath));
  const meant = new Set(
    unknown.map((error) => {
      const path = pointerSegments(error.instancePath);
      const key = String(error.params['additionalProperty']);
      const section = sectionOf(kind, document, path, key);
      return section === undefined
        ? `${error.instancePath}/${meantKey(kind, document, path, key)}`
        : `/${section}/${key}`;
    }),
  );
  const first = new Map<string, ValidationError>();
  for (const error of errors) {
    // What fails inside `propertyNames` is said again by `propertyNames` itself.
    if ('propertyName' in error) continue;
    // A misspelt or misplaced key is one mistake: that the right key is missing, or one too many, follows from it.
    if (error.keyword === 'required' && meant.has(`${error.instancePath}/${String(error.params['missingProperty'])}`))
      continue;
    if (error.keyword.endsWith('Properties') && error.keyword !== 'additionalProperties') {
      if (withUnknownKey.has(error.instancePath)) continue;
    }
    const key = ofItsOwn.includes(error.keyword) ? JSON.stringify(error) : error.instancePath;
    const known = first.get(key);
    if (known === undefined || rank(error) < rank(known)) first.set(key, error);
  }
  return [...first.values()];
}

function rank(error: ValidationError): number {
  const index = ofOneValue.indexOf(error.keyword);
  return index === -1 ? ofOneValue.length : index;
}
