import type { Apply } from '../model/generated/apply.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page } from './paint.js';

/** The traffic that no version serves, a line a name, then `hint`; empty where all is served. */
export function unservedBlock(unserved: Apply['unserved'], hint: string, { paint }: Page): string {
  if (unserved === undefined) return '';
  const lines = unserved.map((one) => `${paint.red('!')} ${escapeTerminal(unservedWords(one))}`);
  return [...lines, `    ${hint}`].join('\n');
}

/** `40 % of the traffic of Billing is served by no version.` */
function unservedWords({ name, certain, possible }: NonNullable<Apply['unserved']>[number]): string {
  if (certain === 0) return `Up to ${possible} % of the traffic of ${name} may be served by no version.`;
  const more = possible > certain ? `, and up to ${possible} % may be` : '';
  return `${certain} % of the traffic of ${name} is served by no version${more}.`;
}
