import type { ValidationError } from '../model/generated/validation-error.js';
import type { Json, JsonObject } from '../model/json.js';
import { nearest } from '../model/nearest.js';
import type { Finding } from './manifest-document.js';
import { mayHoldSecret } from './problem-in.js';
import { choiceHint, exampleOf, helpOf, nameOf, shown } from './value-words.js';

/** A value that is not as its schema wants. */
interface WrongValue {
  readonly path: readonly string[];
  readonly value: Json;
  readonly schema: JsonObject | undefined;
}

/** What is wrong with a value by itself, with what would be right. Never repeats what may be a secret. */
export function explainValue(wrong: WrongValue, { keyword, params }: ValidationError): Finding {
  const { path, value, schema } = wrong;
  const name = nameOf(path);
  const help = helpOf(schema, name);
  const found = (code: string, message: string, hint = help): Finding => ({
    code,
    path,
    message,
    ...(hint !== '' && { hint }),
  });
  const not = mayHoldSecret(path) ? '' : `, not ${shown(value)}`;
  const limit = Number(params['limit']).toLocaleString('en');
  switch (keyword) {
    case 'type':
      return wrongType(wrong, params['type'], found);
    case 'const':
      return found('invalid-value', `${name} must be ${String(params['allowedValue'])}${not}.`, '');
    case 'enum':
      return wrongChoice(wrong, params['allowedValues'], found);
    case 'minimum':
      return found('out-of-range', `${name} must be at least ${limit}${not}.`);
    case 'maximum':
      return found('out-of-range', `${name} must be at most ${limit}${not}.`);
    case 'minLength':
      return found('invalid-value', `${name} must not be empty.`);
    case 'maxLength':
      return found('out-of-range', `${name} must have at most ${limit} characters.`);
    case 'minItems':
      return found('empty-list', `${name} must not be an empty list.`);
    case 'maxItems':
      return found('out-of-range', `${name} must have at most ${limit} items.`);
    case 'uniqueItems':
      return repeatedItem(wrong, Math.max(Number(params['i']), Number(params['j'])));
    default:
      if (path.at(-1) === 'fromEnv')
        return found('refused-variable', 'fromEnv does not name a variable that may be read here.');
      return found('invalid-value', `${name} can’t be ${shown(value)}.`);
  }
}

type Found = (code: string, message: string, hint?: string) => Finding;

function wrongChoice({ path, value }: WrongValue, allowedValues: unknown, found: Found): Finding {
  const allowed = Array.isArray(allowedValues) ? allowedValues.filter((item) => typeof item === 'string') : [];
  const meant = typeof value === 'string' ? nearest(value, allowed) : undefined;
  return found('invalid-value', `${nameOf(path)} can’t be ${shown(value)}.`, choiceHint(meant, allowed));
}

function repeatedItem({ path, value }: WrongValue, index: number): Finding {
  const item = Array.isArray(value) ? (value[index] ?? null) : null;
  const message = `${nameOf(path)} lists ${shown(item)} twice.`;
  return { code: 'duplicate-item', path: [...path, String(index)], message, hint: 'Keep one of them.' };
}

const typeNames: ReadonlyMap<unknown, string> = new Map([
  ['string', 'text'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a mapping'],
]);

function wrongType(wrong: WrongValue, types: unknown, found: Found): Finding {
  // Null is allowed for everything that an overlay can take away; nobody needs to be told here.
  const wanted: unknown[] = (Array.isArray(types) ? types : [types]).filter((type) => type !== 'null');
  const names = wanted.map((type) => typeNames.get(type) ?? String(type)).join(' or ');
  const not = mayHoldSecret(wrong.path)
    ? ''
    : `, not ${wanted.includes('string') ? typeOf(wrong.value) : shown(wrong.value)}`;
  return found('wrong-type', `${nameOf(wrong.path)} must be ${names}${not}.`, typeHint(wrong, wanted));
}

/** A number that should be text is not repeated: YAML has read `1.0` as 1, which nobody wrote. */
function typeOf(value: Json): string {
  if (value === null) return 'null';
  return typeof value === 'number' || typeof value === 'boolean' ? `a ${typeof value}` : shown(value);
}

/** The usual reasons for a wrong type: quotes too many or too few, YAML 1.1 habits, and a secret written out. */
function typeHint({ path, value, schema }: WrongValue, wanted: readonly unknown[]): string | undefined {
  if (mayHoldSecret(path) && wanted.includes('object')) {
    return 'Name an environment variable: { fromEnv: NAME }. Values are never written here.';
  }
  if (wanted.includes('string') && (typeof value === 'number' || typeof value === 'boolean')) {
    return `Put it in quotes. ${exampleOf(schema)}`.trimEnd();
  }
  if (typeof value !== 'string') return undefined;
  const numeric = wanted.includes('integer') || wanted.includes('number');
  if (numeric && value.trim() !== '' && Number.isFinite(Number(value))) return 'Write it without quotes.';
  if (!wanted.includes('boolean')) return undefined;
  if (/^(true|false)$/.test(value)) return 'Write it without quotes.';
  if (!/^(yes|no|on|off)$/i.test(value)) return undefined;
  return `Write ${/^(yes|on)$/i.test(value) ? 'true' : 'false'}: in YAML 1.2 ${value} is text.`;
}
