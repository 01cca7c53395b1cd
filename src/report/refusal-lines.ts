import type { Refusal } from '../model/refusal.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';
import { wordsOf, wrapWords } from './wrap-words.js';

/** Refusals, each from a line of its own on; a hint that several in a row share stands below the last of them. */
export function refusalLines(refusals: readonly Refusal[], { paint, width }: Page): string[] {
  return refusals.flatMap(({ id, message, hint }, index) => {
    const why = wrapWords(wordsOf(escapeTerminal(`${id}: ${message}`)), width - 4, 6);
    if (hint === undefined || hint === refusals[index + 1]?.hint) return [`    ${why}`];
    return [`    ${why}`, `        ${wrapWords(wordsOf(escapeTerminal(hint), paint.dim), width - 8, 8)}`];
  });
}
