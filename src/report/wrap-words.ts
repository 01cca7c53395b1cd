import { escapeTerminal } from './escape-terminal.js';

/** A piece of a line that is not broken. Its text is escaped already. */
export interface Word {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** The words of a text, in one paint. */
export function wordsOf(text: string, paint: Word['paint'] = (word) => word): Word[] {
  return text.split(' ').map((word) => ({ text: word, paint }));
}

/**
 * Words on lines of at most `width` columns, one for a UTF-16 code unit; later lines begin with `indent` spaces. A word
 * that is longer than a line has a line of its own. An infinite width gives one line.
 */
export function wrapWords(words: readonly Word[], width: number, indent: number): string {
  let printed = '';
  let column = 0;
  for (const { text, paint } of words) {
    const fits = column + 1 + text.length <= width;
    if (column === 0 || fits) {
      printed += column === 0 ? paint(text) : ` ${paint(text)}`;
      column += text.length + (column === 0 ? 0 : 1);
      continue;
    }
    // What was harmless within a line may be a command at the start of one.
    const first = escapeTerminal(text);
    printed += `\n${' '.repeat(indent)}${paint(first)}`;
    column = indent + first.length;
  }
  return printed;
}
