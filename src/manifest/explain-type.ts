import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Finding } from './manifest-document.js';
import { mayHoldSecret } from './secret-places.js';
import { choiceHint, choicesOf, exampleOf, helpOf, nameOf, shown } from './value-words.js';

/** A value that is not as its schema wants. */
export interface WrongValue {
  readonly path: readonly string[];
  readonly value: Json;
  readonly schema: JsonObject | undefined;
}

const typeNames: ReadonlyMap<unknown, string> = new Map([
  ['string', 'text'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a mapping'],
]);

/** What is wrong with a value of none of the `types`, and what was probably meant. Never repeats what may be a secret. */
export function explainType(wrong: WrongValue, types: unknown): Finding {
  const { path, value, schema } = wrong;
  const found = (message: string, hint: string): Finding => ({
    code: 'wrong-type',
    path,
    message,
    ...(hint !== '' && { hint }),
  });
  // Null is allowed for everything that an overlay can take away; nobody needs to be told here.
  const wanted: unknown[] = (Array.isArray(types) ? types : [types]).filter((type) => type !== 'null');
  const choices = choicesOf(schema);
  if (choices.length > 0) return found(`${nameOf(path)} can't be ${typeOf(value)}.`, choiceHint(undefined, choices));
  const names = wanted.map((type) => typeNames.get(type) ?? String(type)).join(' or ');
  if (value === null)
    return found(`${nameOf(path)} is empty (null); it must be ${names}.`, helpOf(schema, nameOf(path)));
  const not = mayHoldSecret(path, value) ? '' : `, not ${wanted.includes('string') ? typeOf(value) : shown(value)}`;
  return found(`${nameOf(path)} must be ${names}${not}.`, hintFor(wrong, wanted));
}

/** A number that should be text is not repeated: YAML has read `1.0` as 1, which nobody wrote. */
function typeOf(value: Json): string {
  return typeof value === 'number' || typeof value === 'boolean' ? `a ${typeof value}` : shown(value);
}

/** The usual reasons for a wrong type: quotes, units, a list of one, YAML 1.1 habits, and a secret written out. */
function hintFor({ path, value, schema }: WrongValue, wanted: readonly unknown[]): string {
  const help = helpOf(schema, nameOf(path));
  if (wanted.includes('object')) return mayHoldSecret(path, value) && isVariable(schema) ? variableHint : help;
  if (wanted.includes('array')) return `Write a list, each item after "- ". ${exampleOf(schema)}`.trimEnd();
  if (wanted.includes('string'))
    return needsQuotesOnly(value, schema) ? `Put it in quotes. ${exampleOf(schema)}`.trimEnd() : help;
  if (typeof value !== 'string') return help;
  if (wanted.includes('integer') || wanted.includes('number')) return numberHint(value, help);
  return booleanHint(value, help);
}

const variableHint = 'Name an environment variable: { fromEnv: NAME }. Values are never written here.';

function isVariable(schema: JsonObject | undefined): boolean {
  return isJsonObject(schema?.['properties']) && Object.hasOwn(schema['properties'], 'fromEnv');
}

/** Whether a value would be right as text. The patterns are our schemas' own. */
function needsQuotesOnly(value: Json, schema: JsonObject | undefined): boolean {
  if (typeof value !== 'number' && typeof value !== 'boolean') return false;
  const pattern = schema?.['pattern'];
  return typeof pattern !== 'string' || new RegExp(pattern, 'u').test(String(value));
}

function numberHint(value: string, help: string): string {
  if (value.trim() !== '' && Number.isFinite(Number(value))) return 'Write it without quotes.';
  return /^-?\d+(\.\d+)?\s*[A-Za-z%]{1,4}$/.test(value) ? `Write a number without a unit. ${help}`.trimEnd() : help;
}

function booleanHint(value: string, help: string): string {
  if (/^(true|false)$/.test(value)) return 'Write it without quotes.';
  if (!/^(yes|no|on|off)$/i.test(value)) return help;
  return `Write ${/^(yes|on)$/i.test(value) ? 'true' : 'false'}: in YAML 1.2 ${value} is text.`;
}
