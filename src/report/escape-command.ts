import { escapeTerminal } from './escape-terminal.js';

/**
 * Text as the message of a workflow command of GitHub: what is unsafe in a log is shown, line ends among it, so that of
 * the characters which actions/toolkit escapes in a message (`%`, CR, LF) only `%` is left.
 */
export function escapeCommandMessage(text: string): string {
  return escapeTerminal(text).replaceAll('%', '%25');
}

/** The same for a property of it, where `:` and `,` end a value. */
export function escapeCommandProperty(text: string): string {
  return escapeCommandMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
