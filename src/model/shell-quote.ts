/** A word of a command that is printed for copying, as a POSIX shell reads it back (docs/security.md, "Output"). */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
