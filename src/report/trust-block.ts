import type { Plan } from '../model/generated/plan.js';
import type { TrustChange } from '../model/trust-changes.js';
import { code } from './escape-markdown.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';
import { trustSentence } from './trust-words.js';

type Trust = NonNullable<Plan['trust']>;

/** The trusted settings that these manifests change, and what an operator has to accept, for a terminal; empty for nothing. */
export function trustText(trust: Plan['trust'], { paint }: Page): string {
  if (trust === undefined) return '';
  const { more, givenUp } = sorted(trust.changed);
  const lines = [
    ...more.map((change) => `    ${escapeTerminal(trustSentence(change))}`),
    ...givenUp.map((change) => paint.dim(`    ${escapeTerminal(trustSentence(change))}${needsNobody}`)),
  ];
  const title = `${paint.red('!')} ${paint.bold(titles[trust.since])}`;
  const accept = more.length === 0 ? [] : [`    ${consequence}`, `    --accept-trust ${trust.hash}`];
  return [title, ...lines, ...accept].join('\n');
}

/** The same as a block of Markdown. */
export function trustMarkdown(trust: Plan['trust']): string[] {
  if (trust === undefined) return [];
  const { more, givenUp } = sorted(trust.changed);
  const all = [
    ...more.map((change) => `> - ${code(trustSentence(change))}`),
    ...givenUp.map((change) => `> - ${code(trustSentence(change))}${needsNobody}`),
  ];
  const shown = all.slice(0, maxChanges);
  const rest = all.length > maxChanges ? [`> - and ${all.length - maxChanges} more`] : [];
  const accept = more.length === 0 ? '' : `: ${consequence} ${code(`--accept-trust ${trust.hash}`)}`;
  return [[`> **${titles[trust.since]}**${accept}`, '>', ...shown, ...rest].join('\n')];
}

/** What has to be accepted stands first, so that no list cuts it off for what has not. */
function sorted(changed: readonly TrustChange[]) {
  return {
    more: changed.filter(({ direction }) => direction === 'more'),
    givenUp: changed.filter(({ direction }) => direction === 'given-up'),
  };
}

const titles: Record<Trust['since'], string> = {
  'last-apply': 'Trusted settings changed since the last apply',
  'trust-ref': 'Trusted settings are not those of the trusted ref',
};

const needsNobody = ' · needs no acceptance';

const consequence =
  'apply asks an operator on a terminal to accept this; elsewhere it ends with exit code 5 until it is run with';

/** No reviewer reads more, and a summary holds only so much. */
const maxChanges = 50;
