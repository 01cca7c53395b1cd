/**
 * A document as JSON text for stdout, indented, with a newline at its end. What a log viewer or a CI runner could take for
 * markup or a command is written as `\u` escapes; it is the same JSON (docs/security.md, "Output").
 */
export function jsonReport(document: unknown): string {
  return `${escapeJson(JSON.stringify(document, null, 2))}\n`;
}

/** The escapes alone, for text that is JSON already or the inside of a string of it. */
export function escapeJson(text: string): string {
  return text.replace(unsafe, escapeUnit).replace(/##(?=[a-z]*\[)/gi, '\\u0023\\u0023');
}

/** JSON.stringify has escaped C0 controls and lone surrogates; its own line feeds stay. */
const unsafe = /[<\u007f-\u009f\p{Cf}\u2028\u2029\u{e0000}-\u{e0fff}]/gu;

function escapeUnit(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}
