import { escapeTerminal } from './escape-terminal.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/**
 * Text as content or attribute of XML 1.0, made visible as for a terminal. That leaves two of the characters which XML
 * can't hold in any spelling (XML 1.0 §2.2): U+FFFE and U+FFFF.
 */
export function escapeXml(text: string): string {
  return escapeTerminal(text)
    .replaceAll(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
