import type { Excerpt, Location } from '../model/problem.js';

/** How many lines around a place an excerpt shows, and how long each may be. */
const around = 2;
const maxLineLength = 400;

const fewCharacters = 2000;

/** A file's text that tells lines and columns; they are worked out when first asked for, which is seldom. */
export class SourceText {
  /** The path as it is shown. */
  readonly file: string;
  readonly text: string;
  private lineStarts: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Line and column of an offset into the text, both from 1; the column counts UTF-16 code units. */
  locationAt(offset: number): Location {
    // Most often asked for the start of a file's first document: that takes no index of all lines.
    if (this.lineStarts === undefined && offset < fewCharacters) return this.countTo(offset);
    const line = this.lineIndex(offset);
    return { file: this.file, line: line + 1, column: offset - (this.starts()[line] ?? 0) + 1 };
  }

  /** The lines around an offset; undefined where they are too long to be read. */
  excerptAt(offset: number): Excerpt | undefined {
    const starts = this.starts();
    const line = this.lineIndex(offset);
    const first = Math.max(0, line - around);
    const lines: string[] = [];
    for (let index = first; index <= line + around && index < starts.length; index += 1) {
      const text = this.text.slice(starts[index], starts[index + 1]).replace(/\r?\n$/, '');
      if (text.length > maxLineLength) return undefined;
      lines.push(text);
    }
    return { firstLine: first + 1, text: lines.join('\n') };
  }

  private countTo(offset: number): Location {
    let line = 1;
    let start = 0;
    for (let at = this.text.indexOf('\n'); at !== -1 && at < offset; at = this.text.indexOf('\n', at + 1)) {
      line += 1;
      start = at + 1;
    }
    return { file: this.file, line, column: offset - start + 1 };
  }

  /** The last line that starts at or before the offset. */
  private lineIndex(offset: number): number {
    const starts = this.starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private starts(): readonly number[] {
    if (this.lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
      this.lineStarts = starts;
    }
    return this.lineStarts;
  }
}
