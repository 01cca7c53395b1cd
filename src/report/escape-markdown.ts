import { escapeTerminal } from './escape-terminal.js';

/**
 * Text from anywhere as a code element. Every ASCII character that Markdown or HTML could read is an entity, and inside
 * `<code>` GitHub links no `@team` and no `#12` (docs/security.md, "Output").
 */
export function code(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

/** The same without the element. */
function escapeMarkdown(text: string): string {
  return escapeTerminal(text).replace(/[^\p{L}\p{N} ,/-]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** A code block whose fence is longer than any run of backticks in it. */
export function fence(text: string, language: string): string {
  const runs = text.match(/`+/g) ?? [];
  const marks = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${marks}${language}\n${text}\n${marks}`;
}
