import type { Plan } from '../model/generated/plan.js';
import { counted } from './counted.js';
import { code } from './escape-markdown.js';
import type { Page } from './paint.js';
import { refusalLines } from './refusal-lines.js';

type Problems = NonNullable<Plan['problems']>;

/** No reviewer reads more, and a summary of CI holds only so much. */
const maxInMarkdown = 50;

/** The header values that an apply of the plan would end for, as text; empty where there is none. */
export function headerProblemText(problems: Problems = [], page: Page): string {
  if (problems.length === 0) return '';
  const lines = problems.map(({ message, hint, ...place }) => ({
    code: place.code,
    id: placeWords(place),
    message,
    ...(hint !== undefined && { hint }),
  }));
  const title = `${page.paint.red('!')} ${page.paint.bold(titleWords(problems))}: ${consequence}`;
  return [title, ...refusalLines(lines, page)].join('\n');
}

/** The same for a pull request; no block where there is none. */
export function headerProblemMarkdown(problems: Problems = []): string[] {
  if (problems.length === 0) return [];
  const shown = problems.slice(0, maxInMarkdown).map(({ message, hint, ...place }) => {
    return `> - ${code(placeWords(place))}: ${code(message)}${hint === undefined ? '' : ` – ${code(hint)}`}`;
  });
  const more = problems.length > maxInMarkdown ? [`> - and ${problems.length - maxInMarkdown} more`] : [];
  return [[`> **${titleWords(problems)}**: ${consequence}`, '>', ...shown, ...more].join('\n')];
}

function titleWords(problems: Problems): string {
  return `${counted(problems.length, 'header value')} ${problems.length === 1 ? 'is' : 'are'} not set or refused`;
}

const consequence = 'with these variables, apply ends with exit code 3 before it writes';

function placeWords({ file, line, column }: Pick<Problems[number], 'file' | 'line' | 'column'>): string {
  return `${file}:${line}:${column}`;
}
