import { isLanguageTag } from '../../model/language-tag.js';
import { nearest } from '../../model/nearest.js';
import { choiceHint, quoted } from '../value-words.js';

/** Why a value is refused, in words that begin after the attribute's name; undefined where it is fine. */
export type ValueCheck = (value: string) => { readonly message: string; readonly hint: string } | undefined;

/** One of the words. */
export function oneOf(...words: readonly string[]): ValueCheck {
  return (value) => {
    if (words.includes(value)) return undefined;
    return { message: `can’t be ${quoted(value)}.`, hint: choiceHint(nearest(value, words), words) };
  };
}

/** A language tag of BCP 47. */
export const language: ValueCheck = (value) => {
  if (isLanguageTag(value)) return undefined;
  const meant = value.trim().replaceAll('_', '-');
  const hint = isLanguageTag(meant) ? `Did you mean \`${meant}\`?` : 'For example: en-US';
  return { message: `can’t be ${quoted(value)}: that is not a language tag (BCP 47).`, hint };
};

/** The name of a rule: an XML name without `.`, `:` and `-`, which no special rule has (SRGS 1.0 §3.1). */
export const ruleName: ValueCheck = (value) => {
  if (['NULL', 'VOID', 'GARBAGE'].includes(value)) {
    return { message: `can’t be ${value}: that is a special rule.`, hint: 'Choose another name.' };
  }
  if (name.test(value)) return undefined;
  return {
    message: `can’t be ${quoted(value)}: that is not the name of a rule.`,
    hint: 'Use letters, digits and _, beginning with a letter or _.',
  };
};

/** `n`, `n-m` or `n-` (SRGS 1.0 §2.5). */
export const repeat: ValueCheck = (value) => {
  const [, least, , most] = /^(\d{1,9})(-(\d{1,9})?)?$/.exec(value) ?? [];
  const hint = 'Write a count (3), a range (0-1), or a least count (2-).';
  if (least === undefined) return { message: `can’t be ${quoted(value)}.`, hint };
  if (most === undefined || Number(most) >= Number(least)) return undefined;
  return { message: `can’t be ${quoted(value)}: the most is below the least.`, hint };
};

/** A number of digits with at most one point (SRGS 1.0 §2.4.1). */
export const weight: ValueCheck = (value) => {
  if (decimal.test(value)) return undefined;
  return { message: `can’t be ${quoted(value)}: that is not a plain number.`, hint: 'For example: 2 or 0.5' };
};

/** A number from 0 to 1 (SRGS 1.0 §2.5.1). */
export const probability: ValueCheck = (value) => {
  if (decimal.test(value) && Number(value) <= 1) return undefined;
  return {
    message: `can’t be ${quoted(value)}: it is a probability.`,
    hint: 'Write a number from 0 to 1, such as 0.6.',
  };
};

/** A reference that names something. */
export const reference: ValueCheck = (value) => {
  if (value.trim() !== '' && value !== '#') return undefined;
  return { message: `can’t be ${quoted(value)}: it names nothing.`, hint: 'For example: #digits' };
};

const decimal = /^(\d+\.?\d*|\.\d+)$/;

const nameStart =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F' +
  '\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const name = new RegExp(`^[${nameStart}][${nameStart}0-9\\u00B7\\u0300-\\u036F\\u203F\\u2040]*$`, 'u');
