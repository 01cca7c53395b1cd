import type { ValidationError } from '../model/generated/validation-error.js';
import { nearest } from '../model/nearest.js';
import { explainType, type WrongValue } from './explain-type.js';
import type { Finding } from './manifest-document.js';
import { mayHoldSecret } from './secret-places.js';
import { choiceHint, helpOf, nameOf, shown } from './value-words.js';

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
  const not = mayHoldSecret(path, value) ? '' : `, not ${shown(value)}`;
  const notNumber = typeof value === 'number' ? `, not ${grouped(value)}` : '';
  const limit = grouped(params['limit']);
  switch (keyword) {
    case 'type':
      return explainType(wrong, params['type']);
    case 'const':
      return found('invalid-value', `${name} must be ${String(params['allowedValue'])}${not}.`, '');
    case 'enum':
      return wrongChoice(wrong, params['allowedValues'], found);
    case 'minimum':
      return found('out-of-range', `${name} must be at least ${limit}${notNumber}.`);
    case 'maximum':
      return found('out-of-range', `${name} must be at most ${limit}${notNumber}.`);
    case 'minLength':
      return found('invalid-value', `${name} must not be empty.`);
    case 'maxLength':
      return tooLong(wrong, limit, found);
    case 'minItems':
      return found('empty-list', `${name} must not be an empty list.`);
    case 'maxItems':
      return tooMany(wrong, Number(params['limit']));
    case 'uniqueItems':
      return repeatedItem(wrong, Math.max(Number(params['i']), Number(params['j'])));
    default:
      if (path.at(-1) === 'fromEnv')
        return found('refused-variable', 'fromEnv does not name a variable that may be read here.');
      return found(
        'invalid-value',
        `${name} can't be ${mayHoldSecret(path, value) ? 'this value, which is not shown because it may hold a secret' : shown(value)}.`,
      );
  }
}

type Found = (code: string, message: string, hint?: string) => Finding;

function wrongChoice({ path, value }: WrongValue, allowedValues: unknown, found: Found): Finding {
  const allowed = Array.isArray(allowedValues) ? allowedValues.filter((item) => typeof item === 'string') : [];
  const meant = typeof value === 'string' ? nearest(value, allowed) : undefined;
  return found('invalid-value', `${nameOf(path)} can't be ${shown(value)}.`, choiceHint(meant, allowed));
}

function repeatedItem({ path, value }: WrongValue, index: number): Finding {
  const item = Array.isArray(value) ? (value[index] ?? null) : null;
  const message = `${nameOf(path)} lists ${shown(item)} twice.`;
  return { code: 'duplicate-item', path: [...path, String(index)], message, hint: 'Keep one of them.' };
}

/** A length needs no more help than its number; what may be a secret is not even counted. */
function tooLong({ path, value }: WrongValue, limit: string, found: Found): Finding {
  const message = `${nameOf(path)} must have at most ${limit} characters`;
  if (mayHoldSecret(path, value) || typeof value !== 'string') return found('out-of-range', `${message}.`);
  return found('out-of-range', `${message}, not ${grouped(Array.from(value).length)}.`, '');
}

/** At the first item too many. */
function tooMany({ path, value }: WrongValue, limit: number): Finding {
  const count = Array.isArray(value) ? value.length : 0;
  const message = `${nameOf(path)} must have at most ${grouped(limit)} items, not ${grouped(count)}.`;
  return { code: 'out-of-range', path: [...path, String(limit)], message, hint: 'This is the first that is too many.' };
}

function grouped(number: unknown): string {
  return Number(number).toLocaleString('en', { maximumFractionDigits: 20 });
}
