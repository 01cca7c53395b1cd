/** A piece of a line that is not broken: as it is measured, and as it is printed, with colour. */
export interface Word {
  readonly text: string;
  readonly shown: string;
}

/** The words of a text, in one paint. */
export function wordsOf(text: string, paint: (text: string) => string = (word) => word): Word[] {
  return text.split(' ').map((word) => ({ text: word, shown: paint(word) }));
}

/**
 * Words on lines of at most `width` columns, one for a UTF-16 code unit; later lines begin with `indent` spaces. A word
 * that is longer than a line has a line of its own. An infinite width gives one line.
 */
export function wrapWords(words: readonly Word[], width: number, indent: number): string {
  let printed = '';
  let column = 0;
  for (const { text, shown } of words) {
    const fits = column + 1 + text.length <= width;
    const gap = column === 0 ? '' : fits ? ' ' : `\n${' '.repeat(indent)}`;
    column = fits ? column + gap.length + text.length : indent + text.length;
    printed += `${gap}${shown}`;
  }
  return printed;
}
