import type { TimelineRow } from '../model/generated/audit-show.js';
import { counted } from './counted.js';
import { code } from './escape-markdown.js';
import {
  filterWords,
  meaningOfFault,
  type TimelineEnd,
  type TimelineFormat,
  type TimelineHead,
} from './timeline-format.js';
import { timelineWords } from './timeline-words.js';

/** The timeline of a ledger as a table for a report: a line a row. */
export function timelineMarkdown(): TimelineFormat {
  return { head, row, end };
}

function head({ environment, endpoint, simulated, ledgerId, filter }: TimelineHead): string {
  const filters = filterWords(filter, (text) => text);
  const paragraphs = [
    `## Ledger of ${code(environment)}`,
    `${code(endpoint ?? '')}${simulated === true ? ' **SIMULATOR**' : ''}, ledger ${code(ledgerId ?? '')}`,
    ...(filters === '' ? [] : [`**Only** ${code(filters)}`]),
    'Times are UTC, by the clock of each run; who, run and pull request are what its variables said. Nothing proves them.',
    `| ${columns.join(' | ')} |\n|${'---|'.repeat(columns.length)}`,
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

const columns = ['entry', 'time', 'what', 'outcome', 'state', 'audit event', 'who', 'commit'];

function row(one: TimelineRow, endpoint: string | null): string {
  const { what, outcome, details, states, event, who, commit } = timelineWords(one, code);
  const elsewhere = one.endpoint === endpoint ? [] : [`at ${code(one.endpoint)}`];
  const cells = [
    `${one.seq}`,
    code(one.time),
    [what, ...details, ...elsewhere].join('<br>'),
    outcome,
    states,
    event,
    who.join('<br>'),
    commit,
  ];
  return `| ${cells.join(' | ')} |\n`;
}

function end({ environment, status, fault, entries, head: last, shown, filteredOut }: TimelineEnd): string {
  if (status === 'missing') return `## Ledger of ${code(environment)}\n\n**${code(fault?.message ?? '')}**\n`;
  const leftOut = filteredOut === 0 ? '' : `, ${filteredOut} left out by the filters`;
  const sums = `${counted(entries, 'entry', 'entries')}, ${counted(shown, 'row')} shown${leftOut}. Head ${code(last ?? '')}`;
  if (fault === null) return `\n${sums}\n`;
  const what = `Entry ${fault.seq ?? 1} is bad: ${code(fault.message)} (${code(fault.code)}).`;
  return `\n${sums}\n\n**${what} ${meaningOfFault}**\n`;
}
