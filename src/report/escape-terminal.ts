/**
 * Characters that move a cursor, colour, hide or reorder what a person reads: C0 and C1 controls, DEL, line and paragraph
 * separators, bidi controls, zero-width characters, Unicode tags and lone surrogates (docs/security.md, "Output").
 */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;

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

/** `##[` anywhere and `::` at a line's start are commands to a CI runner. */
function breakCommands(text: string): string {
  return text.replaceAll('##[', '#\\#[').replace(/^(\s*):(?=:)/, '$1\\:');
}
