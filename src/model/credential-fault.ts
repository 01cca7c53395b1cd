/**
 * Why a value can't be a client's id or secret, in words that follow the name of its variable and hold nothing of it;
 * undefined where it can. What a copy brings along is named, which CXone would answer with 401.
 */
export function credentialFault(value: string): string | undefined {
  if (value.trim() !== value) return 'begins or ends with white space or a line break';
  if (/^["'`“”‘’]|["'`“”‘’]$/.test(value)) return 'begins or ends with a quotation mark';
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value)) return 'holds a control character, or another one that is not visible';
  return undefined;
}
