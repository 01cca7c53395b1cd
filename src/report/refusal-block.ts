import { isOverridable, type Refusal } from '../model/refusal.js';
import { code } from './escape-markdown.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';
import { refusalLines } from './refusal-lines.js';
import { wordsOf, wrapWords } from './wrap-words.js';

/**
 * What is in the way of a plan, as text; empty where nothing is. With `override`, an operator's reason, guardrails are
 * passed and told apart.
 */
export function refusalText(refusals: readonly Refusal[], page: Page, override?: string): string {
  const passed = override === undefined ? [] : refusals.filter(isOverridable);
  const standing = override === undefined ? refusals : refusals.filter((one) => !isOverridable(one));
  const blocks = [refusedBlock(standing, page), overriddenBlock(passed, override ?? '', page)];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** No reviewer reads more, and a summary of CI holds only so much. */
const maxInMarkdown = 50;

/** The same for a pull request; no block where nothing is in the way. */
export function refusalMarkdown(refusals: readonly Refusal[]): string[] {
  if (refusals.length === 0) return [];
  const shown = refusals.slice(0, maxInMarkdown).map(({ id, message, hint }) => {
    return `> - ${code(id)}: ${code(message)}${hint === undefined ? '' : ` – ${code(hint)}`}`;
  });
  const more = refusals.length > maxInMarkdown ? [`> - and ${refusals.length - maxInMarkdown} more`] : [];
  return [[`> **Refused**: ${refusedWords(refusals)}`, '>', ...shown, ...more].join('\n')];
}

function refusedBlock(refusals: readonly Refusal[], page: Page): string {
  if (refusals.length === 0) return '';
  const title = `${page.paint.red('!')} ${page.paint.bold('Refused')}: ${refusedWords(refusals)}`;
  return [title, ...refusalLines(refusals, page)].join('\n');
}

function refusedWords(refusals: readonly Refusal[]): string {
  const unless = refusals.every(isOverridable) ? ', unless given --override REASON' : '';
  return `apply would stop with exit code 5${unless}`;
}

function overriddenBlock(refusals: readonly Refusal[], reason: string, page: Page): string {
  if (refusals.length === 0) return '';
  const { paint, width } = page;
  const title = `${paint.yellow('!')} ${paint.bold('Overridden')}: guardrails refuse this, and it is applied all the same`;
  const why = wrapWords(wordsOf(escapeTerminal(`reason: ${reason}`)), width - 4, 6);
  return [title, `    ${why}`, ...refusalLines(refusals.map(withoutHint), page)].join('\n');
}

function withoutHint({ hint: _notNeeded, ...refusal }: Refusal): Refusal {
  return refusal;
}
