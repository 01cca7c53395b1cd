import type { Plan } from '../model/generated/plan.js';
import { code } from './escape-markdown.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';

type Trust = NonNullable<Plan['trust']>;

const titles: Record<Trust['since'], string> = {
  'last-apply': 'Trusted settings changed since the last apply',
  'trust-ref': 'Trusted settings are not those of the trusted ref',
};

/** What an operator has to accept before these manifests are applied, for a terminal; empty for nothing. */
export function trustText(trust: Plan['trust'], { paint }: Page): string {
  if (trust === undefined) return '';
  const lines = trust.changed.map(({ setting, before, after }) => {
    const [was, is] = [before, after].map((side) => escapeTerminal(side ?? 'none'));
    return `    ${escapeTerminal(setting)}  ${paint.red(was ?? '')} → ${paint.green(is ?? '')}`;
  });
  return [
    `${paint.red('!')} ${paint.bold(titles[trust.since])}: ${consequence}`,
    ...lines,
    `    --accept-trust ${trust.hash}`,
  ].join('\n');
}

/** The same as blocks of Markdown. */
export function trustMarkdown(trust: Plan['trust']): string[] {
  if (trust === undefined) return [];
  const lines = trust.changed.map(
    ({ setting, before, after }) => `> - ${code(setting)} ${code(before ?? 'none')} → ${code(after ?? 'none')}`,
  );
  const head = `> **${titles[trust.since]}**: ${consequence} ${code(`--accept-trust ${trust.hash}`)}`;
  return [[head, '>', ...lines].join('\n')];
}

const consequence = 'apply stops with exit code 5, until an operator runs it with';
