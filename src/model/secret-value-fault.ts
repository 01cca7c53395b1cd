/** What is shorter can be guessed, also from a digest. */
const leastCharacters = 16;

/**
 * Why a value can't be a webhook header's, in words that follow the name of its variable and hold nothing of it; undefined
 * where it can (docs/semantics.md, "Webhook secrets").
 */
export function secretValueFault(value: string): string | undefined {
  if (value.length < leastCharacters) return `has less than ${leastCharacters} characters`;
  // A line break would end the header, and begin another one.
  if (!/^[\x20-\x7e]*$/.test(value)) return 'holds a line break, or another character that is not printable ASCII';
  return value.trim() === value ? undefined : 'begins or ends with a space, which a header loses on its way';
}
