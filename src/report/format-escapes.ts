import { escapeCommandMessage, escapeCommandProperty } from './escape-command.js';
import { escapeMarkdown } from './escape-markdown.js';
import { escapeSarif, percentEncoded } from './escape-sarif.js';
import { escapeTerminal } from './escape-terminal.js';
import { escapeXml } from './escape-xml.js';
import { escapeJson } from './json.js';

/** How each format spells a text: a secret is masked in all of these spellings. */
export const formatEscapes: readonly ((text: string) => string)[] = [
  escapeTerminal,
  escapeMarkdown,
  escapeJson,
  escapeCommandMessage,
  escapeCommandProperty,
  escapeXml,
  percentEncoded,
  (text) => insideJson(escapeTerminal(text)),
  (text) => insideJson(escapeSarif(text)),
];

function insideJson(text: string): string {
  return escapeJson(JSON.stringify(text).slice(1, -1));
}
