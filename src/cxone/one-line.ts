/**
 * Text of a server as part of one of our sentences: one line, no control characters, at most `most` characters.
 * What else a terminal or a page must not see is escaped where it is printed.
 */
export function oneLine(text: string, most = 300): string {
  // Cut before the replacement: an answer may be 16 MiB.
  const line = text
    .slice(0, most * 4)
    .replaceAll(/[\p{White_Space}\p{Cc}]+/gu, ' ')
    .trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).toWellFormed()}…`;
}
