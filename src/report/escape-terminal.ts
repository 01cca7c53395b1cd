/**
 * Characters that move a cursor, colour, hide or reorder what a person reads: controls (C0, C1, DEL), format characters
 * (bidi controls, zero-width ones), line and paragraph separators, Unicode tags with the variation selectors beside
 * them, and lone surrogates (docs/security.md, "Output").
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u{e0000}-\u{e0fff}]/gu;

/** Text from anywhere, made safe for one line of a terminal or a log: what is unsafe shows as `\u{1b}`, a newline as `\n`. */
export function escapeTerminal(text: string): string {
  return breakCommands(text.replace(unsafe, visible));
}

/** The same for a line of a code frame: one character for one, so that columns still fit. */
export function maskTerminal(line: string): string {
  return breakCommands(line.replaceAll('\t', ' ').replace(unsafe, (character) => '\ufffd'.repeat(character.length)));
}

function visible(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** `##[` and `##vso[` (and others' `##name[`) anywhere and `::` at a line's start are commands to a CI runner. */
function breakCommands(text: string): string {
  return text.replace(/##(?=[a-z]*\[)/gi, '#\\#').replace(/^(\s*):(?=:)/, '$1\\:');
}
