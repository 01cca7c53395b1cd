import type { ValidationError } from '../model/generated/validation-error.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { nearest } from '../model/nearest.js';
import { pointerSegments } from '../model/pointer.js';
import { type Finding, mayHoldSecret } from './manifest-document.js';
import { knownKeys, meantKey } from './meant-key.js';
import { type DocumentKind, schemaAt } from './schema-at.js';

/** A violation of a schema in the words of somebody who writes manifests: what is wrong, where, and what would be right. */
export function explainViolation(kind: DocumentKind, document: JsonObject, error: ValidationError): Finding {
  const path = pointerSegments(error.instancePath);
  const { params } = error;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(kind, document, path, String(params['additionalProperty']));
    case 'propertyNames':
      return refusedKey(kind, path, String(params['propertyName']));
    case 'required':
      return missingKey(kind, document, path, String(params['missingProperty']));
    case 'discriminator':
      return wrongAlternative(kind, document, path, String(params['tag']));
    case 'minProperties':
    case 'maxProperties':
      return wrongCount(document, path, error.keyword, Number(params['limit']));
    default:
      return wrongValue(kind, document, path, error);
  }
}

/** Keys that people try, and what to do instead. */
const knownMistakes: Readonly<Record<string, string>> = {
  abTestingEnabled: 'It follows from trafficSplit and is never written: a split above 0 turns it on.',
  '<<': 'Merge keys are not read: put what manifests share into a base or into the environment’s defaults.',
  speechEngineId: 'A live engine is found by name and version; to pick one by id, use metadata.engineId.',
};

function unknownKey(kind: DocumentKind, document: JsonObject, path: readonly string[], key: string): Finding {
  const meant = meantKey(kind, document, path, key);
  const known = knownKeys(kind, document, path);
  const hint =
    (Object.hasOwn(knownMistakes, key) ? knownMistakes[key] : undefined) ??
    (meant === undefined ? `Possible here: ${known.join(', ')}.` : `Did you mean \`${meant}\`?`);
  const message = `${quoted(key)} is not a key of ${nameOf(path)}.`;
  return { code: 'unknown-key', path: [...path, key], part: 'key', message, hint };
}

function refusedKey(kind: DocumentKind, path: readonly string[], key: string): Finding {
  if (kind === 'Environment') {
    const hint = 'The version is part of an engine’s identity: each manifest has its own.';
    return {
      code: 'unknown-key',
      path: [...path, key],
      part: 'key',
      message: `${quoted(key)} can’t have a default.`,
      hint,
    };
  }
  const message = `${quoted(key)} is not the name of an HTTP header.`;
  return {
    code: 'invalid-header-name',
    path: [...path, key],
    part: 'key',
    message,
    hint: 'Use letters, digits and -.',
  };
}

function missingKey(kind: DocumentKind, document: JsonObject, path: readonly string[], key: string): Finding {
  const schema = schemaAt(kind, document, [...path, key]);
  const hint = [textOf(schema?.['description']), exampleOf(schema)].filter((part) => part !== '').join(' ');
  return {
    code: 'missing-key',
    path,
    part: 'key',
    message: `${nameOf(path)} has no ${key}.`,
    ...(hint !== '' && { hint }),
  };
}

function wrongAlternative(kind: DocumentKind, document: JsonObject, path: readonly string[], tag: string): Finding {
  const value = valueAt(document, [...path, tag]);
  const alternatives = ['json', 'grxml', 'list'];
  if (value === undefined) return missingKey(kind, document, path, tag);
  const meant = typeof value === 'string' ? nearest(value, alternatives) : undefined;
  const hint = meant === undefined ? `Possible: ${alternatives.join(', ')}.` : `Did you mean \`${meant}\`?`;
  return { code: 'invalid-value', path: [...path, tag], message: `${tag} can’t be ${shown(value)}.`, hint };
}

function wrongCount(document: JsonObject, path: readonly string[], keyword: string, limit: number): Finding {
  const value = valueAt(document, path);
  if (isJsonObject(value) && typeof value['type'] === 'string' && path.at(-2) === 'grammarConstraints') {
    const both = keyword === 'maxProperties';
    const message = both ? 'The grammar has content and a file.' : 'The grammar has neither content nor a file.';
    const hint = both ? 'Keep one of them.' : 'Write it under `content`, or name its file under `file`.';
    return { code: 'content-or-file', path, message, hint };
  }
  const bound = keyword === 'maxProperties' ? `at most ${limit}` : `at least ${limit}`;
  return {
    code: 'invalid-value',
    path,
    message: `${nameOf(path)} must have ${bound} member${limit === 1 ? '' : 's'}.`,
  };
}

function wrongValue(
  kind: DocumentKind,
  document: JsonObject,
  path: readonly string[],
  error: ValidationError,
): Finding {
  const value = valueAt(document, path) ?? null;
  const schema = schemaAt(kind, document, path);
  const but = mayHoldSecret(path) ? '' : `, not ${shown(value)}`;
  const name = nameOf(path);
  const limit = String(error.params['limit']);
  const wrong = (code: string, message: string, hint?: string): Finding => {
    const help = hint ?? [textOf(schema?.['description']), exampleOf(schema)].filter((part) => part !== '').join(' ');
    return { code, path, message, ...(help !== '' && { hint: help }) };
  };
  switch (error.keyword) {
    case 'type':
      return wrong(
        'wrong-type',
        `${name} must be ${typesOf(error.params['type'])}${but}.`,
        typeHint(error.params['type'], value, path),
      );
    case 'const':
      return wrong('invalid-value', `${name} must be ${shown(jsonOf(error.params['allowedValue']))}${but}.`);
    case 'enum':
      return wrongChoice(wrong, name, value, error.params['allowedValues']);
    case 'minimum':
      return wrong('out-of-range', `${name} must be at least ${limit}${but}.`);
    case 'maximum':
      return wrong('out-of-range', `${name} must be at most ${limit}${but}.`);
    case 'minLength':
      return wrong('invalid-value', `${name} must not be empty.`);
    case 'maxLength':
      return wrong('out-of-range', `${name} must have at most ${limit} characters.`);
    case 'minItems':
      return wrong('empty-list', `${name} must not be an empty list.`);
    case 'maxItems':
      return wrong('out-of-range', `${name} must have at most ${limit} items.`);
    case 'uniqueItems': {
      const item = [...path, String(Math.max(Number(error.params['i']), Number(error.params['j'])))];
      const repeated = shown(valueAt(document, item) ?? null);
      return {
        code: 'duplicate-item',
        path: item,
        message: `${name} lists ${repeated} twice.`,
        hint: 'Keep one of them.',
      };
    }
    default:
      return wrong(
        'invalid-value',
        mayHoldSecret(path) ? `${name} is not as it must be.` : `${name} can’t be ${shown(value)}.`,
      );
  }
}

function wrongChoice(
  wrong: (code: string, message: string, hint: string) => Finding,
  name: string,
  value: Json,
  allowedValues: unknown,
): Finding {
  const allowed = Array.isArray(allowedValues) ? allowedValues.filter((item) => typeof item === 'string') : [];
  const meant = typeof value === 'string' ? nearest(value, allowed) : undefined;
  const hint = meant === undefined ? `Possible: ${allowed.join(', ')}.` : `Did you mean \`${meant}\`?`;
  return wrong('invalid-value', `${name} can’t be ${shown(value)}.`, hint);
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

function typesOf(types: unknown): string {
  const names = (Array.isArray(types) ? types : [types]).filter((type) => type !== 'null');
  return names.map((type) => typeNames[String(type)] ?? String(type)).join(' or ');
}

/** The usual reasons for a wrong type: quotes too many, quotes too few, and a secret written out. */
function typeHint(types: unknown, value: Json, path: readonly string[]): string | undefined {
  const wanted = Array.isArray(types) ? types : [types];
  if (mayHoldSecret(path) && wanted.includes('object')) {
    return 'Name an environment variable: { fromEnv: NAME }. Values are never written here.';
  }
  const numeric = wanted.includes('integer') || wanted.includes('number');
  if (
    typeof value === 'string' &&
    ((numeric && value.trim() !== '' && Number.isFinite(Number(value))) ||
      (wanted.includes('boolean') && /^(true|false)$/.test(value)))
  ) {
    return 'Write it without quotes.';
  }
  if (wanted.includes('boolean') && typeof value === 'string' && /^(yes|no|on|off)$/i.test(value)) {
    return `Write ${/^(yes|on)$/i.test(value) ? 'true' : 'false'}: in YAML 1.2 ${value} is text.`;
  }
  if (wanted.includes('string') && (typeof value === 'number' || typeof value === 'boolean')) {
    return `Put it in quotes: "${String(value)}".`;
  }
  return undefined;
}

function nameOf(path: readonly string[]): string {
  const last = path.at(-1);
  if (last === undefined) return 'The document';
  if (!/^\d+$/.test(last)) return cut(last);
  return `Item ${Number(last) + 1} of ${cut(path.findLast((segment) => !/^\d+$/.test(segment)) ?? 'the list')}`;
}

function shown(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  return isJsonObject(value) ? 'a mapping' : cut(JSON.stringify(value));
}

function quoted(key: string): string {
  return `\`${cut(key)}\``;
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function exampleOf(schema: JsonObject | undefined): string {
  const examples = schema?.['examples'];
  if (!Array.isArray(examples) || examples[0] === undefined) return '';
  const [example] = examples;
  return `For example: ${typeof example === 'string' ? example : JSON.stringify(example)}`;
}

function valueAt(document: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const segment of path) {
    if (Array.isArray(value)) value = value[Number(segment)];
    else value = isJsonObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
  }
  return value;
}

function jsonOf(value: unknown): Json {
  return typeof value === 'string' ? value : null;
}
