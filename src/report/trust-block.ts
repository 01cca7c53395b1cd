import type { Plan } from '../model/generated/plan.js';
import { code } from './escape-markdown.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';

type Trust = NonNullable<Plan['trust']>;

/** What an operator has to accept before these manifests are applied, for a terminal; empty for nothing. */
export function trustText(trust: Plan['trust'], { paint }: Page): string {
  if (trust === undefined) return '';
  const lines = trust.changed.map(({ setting, before, after }) => {
    const [was, is] = [before ?? 'none', after ?? 'none'].map(escapeTerminal);
    return `    ${escapeTerminal(setting)}  ${paint.red(was ?? '')} → ${paint.green(is ?? '')}`;
  });
  const title = `${paint.red('!')} ${paint.bold(titles[trust.since])}`;
  return [title, ...lines, `    ${consequence}`, `    --accept-trust ${trust.hash}`].join('\n');
}

/** The same as a block of Markdown. */
export function trustMarkdown(trust: Plan['trust']): string[] {
  if (trust === undefined) return [];
  const shown = trust.changed
    .slice(0, maxChanges)
    .map(({ setting, before, after }) => `> - ${code(setting)} ${code(before ?? 'none')} → ${code(after ?? 'none')}`);
  const more = trust.changed.length > maxChanges ? [`> - and ${trust.changed.length - maxChanges} more`] : [];
  const head = `> **${titles[trust.since]}**: ${consequence} ${code(`--accept-trust ${trust.hash}`)}`;
  return [[head, '>', ...shown, ...more].join('\n')];
}

const titles: Record<Trust['since'], string> = {
  'last-apply': 'Trusted settings changed since the last apply',
  'trust-ref': 'Trusted settings are not those of the trusted ref',
};

const consequence = 'apply stops with exit code 5 until an operator runs it with';

/** No reviewer reads more, and a summary holds only so much. */
const maxChanges = 50;
