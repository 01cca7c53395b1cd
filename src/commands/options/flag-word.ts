/** What the text of a flag's variable says, in any case; undefined where it says neither yes nor no. */
export function flagWord(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (['1', 'true', 'yes'].includes(word)) return true;
  return ['0', 'false', 'no'].includes(word) ? false : undefined;
}
