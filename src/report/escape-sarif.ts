import { escapeTerminal } from './escape-terminal.js';

/**
 * Text as the `text` of a SARIF message, made visible as for a terminal. `{0}` would be a placeholder and `[a](b)` a link
 * (SARIF 2.1.0 §3.11.5 and §3.11.6): braces are doubled as the standard asks, and a space takes a link apart.
 */
export function escapeSarif(text: string): string {
  return escapeTerminal(text)
    .replaceAll(/[{}]/g, (brace) => `${brace}${brace}`)
    .replaceAll('](', '] (');
}

/** A file as a URI: percent-encoded, relative where the file's path is. */
export function fileUri(file: string): string {
  return file.startsWith('/') ? `file://${percentEncoded(file)}` : percentEncoded(file);
}

/** Each segment of a path percent-encoded. */
function percentEncoded(file: string): string {
  return file.toWellFormed().split('/').map(encodeURIComponent).join('/');
}
