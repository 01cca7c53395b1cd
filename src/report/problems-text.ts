import { codeFrameColumns } from '@babel/code-frame';
import type { Problem } from '../model/problem.js';
import { escapeTerminal, maskTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';

/** Every problem with its place, a code frame, the reason and a hint. */
export function problemsText(problems: readonly Problem[], page: Page): string {
  return problems.map((problem) => `${problemBlock(problem, page)}\n`).join('\n');
}

function problemBlock(problem: Problem, { paint }: Page): string {
  const { file, line, column, severity, code, message, hint } = problem;
  const place = file === '' ? '' : `${paint.bold(`${escapeTerminal(file)}:${line}:${column}`)} `;
  const label = severity === 'error' ? paint.red('error') : paint.yellow('warning');
  const parts = [`${place}${label} ${escapeTerminal(message)} ${paint.dim(code)}`, frame(problem)];
  if (hint !== undefined) parts.push(`  ${paint.cyan('hint:')} ${escapeTerminal(hint)}`);
  return parts.filter((part) => part !== '').join('\n');
}

function frame({ excerpt, line, column }: Problem): string {
  if (excerpt === undefined) return '';
  const lines = excerpt.text.split('\n').map((text) => cutAround(maskTerminal(text), column));
  // `startLine` is newer than the published types.
  const options = { startLine: excerpt.firstLine, highlightCode: false };
  return codeFrameColumns(lines.join('\n'), { start: { line, column: Math.min(column, frameWidth) } }, options);
}

const frameWidth = 160;

/** A line of a megabyte would bury its message. */
function cutAround(line: string, column: number): string {
  if (line.length <= frameWidth) return line;
  return column <= frameWidth ? `${line.slice(0, frameWidth)}…` : `…${line.slice(column - frameWidth + 1, column)}…`;
}
