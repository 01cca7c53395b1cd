import { codeFrameColumns } from '@babel/code-frame';
import type { Problem } from '../model/problem.js';
import { escapeTerminal, maskTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';
import { wordsOf, wrapWords } from './wrap-words.js';

/** Every problem with its place, a code frame, the reason and a hint; lines end at the page's width. */
export function problemsText(problems: readonly Problem[], page: Page): string {
  return problems.map((problem) => `${problemBlock(problem, page)}\n`).join('\n');
}

function problemBlock(problem: Problem, { paint, width }: Page): string {
  const { file, line, column, severity, code, message, hint } = problem;
  const words = [
    ...(file === '' ? [] : wordsOf(escapeTerminal(`${file}:${line}:${column}`), paint.bold)),
    ...wordsOf(severity, severity === 'error' ? paint.red : paint.yellow),
    ...wordsOf(escapeTerminal(message)),
    ...wordsOf(code, paint.dim),
  ];
  const parts = [wrapWords(words, width, 4), frame(problem, width)];
  if (hint !== undefined) parts.push(hintText(hint, { paint, width }));
  return parts.filter((part) => part !== '').join('\n');
}

function hintText(hint: string, { paint, width }: Page): string {
  return `  ${wrapWords([...wordsOf('hint:', paint.cyan), ...wordsOf(escapeTerminal(hint))], width - 2, 8)}`;
}

function frame({ excerpt, line, column }: Problem, pageWidth: number): string {
  if (excerpt === undefined) return '';
  const texts = excerpt.text.split('\n');
  const gutter = `> ${excerpt.firstLine + texts.length} | `.length;
  const width = Math.max(20, Math.min(maxWidth, pageWidth - gutter - 2));
  // Of a line that is too long, what is around the column; an ellipsis takes the place of what is left out before it.
  const before = Math.floor((width * 2) / 3);
  const marked = texts[line - excerpt.firstLine] ?? '';
  const from = marked.length <= width || column <= before ? 0 : column - before;
  const lines = texts.map((text) => cut(maskTerminal(text), from, width));
  // `startLine` is newer than the published types.
  const options = { startLine: excerpt.firstLine, highlightCode: false };
  const shownColumn = from === 0 ? column : column - from + 1;
  return codeFrameColumns(lines.join('\n'), { start: { line, column: shownColumn } }, options);
}

/** A line of a megabyte would bury its message. */
const maxWidth = 160;

function cut(line: string, from: number, width: number): string {
  if (line.length <= width) return line;
  return `${from === 0 ? '' : '…'}${line.slice(from, from + width)}${line.length > from + width ? '…' : ''}`;
}
