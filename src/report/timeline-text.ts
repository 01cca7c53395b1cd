import type { TimelineRow } from '../model/generated/audit-show.js';
import { counted } from './counted.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Page, Paint } from './paint.js';
import {
  filterWords,
  meaningOfFault,
  type TimelineEnd,
  type TimelineFormat,
  type TimelineHead,
} from './timeline-format.js';
import { type RowWords, timelineWords } from './timeline-words.js';
import { type Word, wordsOf, wrapWords } from './wrap-words.js';

/** The timeline of a ledger for a terminal: a block a row, what is in doubt marked, how far it goes last. */
export function timelineText(page: Page): TimelineFormat {
  return {
    head: (head) => headText(head, page),
    row: (row, endpoint) => rowText(row, endpoint, page),
    end: (end) => endText(end, page),
  };
}

function headText({ environment, endpoint, simulated, filter }: TimelineHead, { paint, width }: Page): string {
  const words = [
    ...wordsOf(`Ledger of ${environment}`, paint.bold),
    ...wordsOf(escapeTerminal(endpoint ?? '')),
    ...(simulated === true ? wordsOf('SIMULATOR', paint.yellow) : []),
  ];
  const filters = filterWords(filter, escapeTerminal);
  const only = filters === '' ? '' : `${wrapWords(wordsOf(`only ${filters}`, paint.yellow), width, 2)}\n`;
  const claims = 'Times are UTC, by the clock of each run; who, run and pull request are what its variables said.';
  return `${wrapWords(words, width, 2)}\n${only}${wrapWords(wordsOf(claims, paint.dim), width, 2)}\n`;
}

function rowText(row: TimelineRow, endpoint: string | null, { paint, width }: Page): string {
  const { mark, what, outcome, details, states, event, who, commit } = timelineWords(row, escapeTerminal);
  const time = escapeTerminal(`${row.time.slice(0, 10)} ${row.time.slice(11, 19)}`);
  const title = [
    { text: time, paint: paint.dim },
    { text: marks[mark], paint: paintOf(mark, paint) },
    ...wordsOf(what, paint.bold),
  ];
  // What others wrote is on lines of its own, whose rests are further in: it can't pass for a fact of ours.
  const lines = [
    facts([
      wordsOf(`entry ${row.seq}`, paint.dim),
      wordsOf(outcome, paintOf(mark, paint)),
      wordsOf(states),
      wordsOf(commit),
    ]),
    ...details.map((detail) => wordsOf(detail)),
    ...(event === '' ? [] : [wordsOf(`audit event ${event}`)]),
    ...(row.endpoint === endpoint ? [] : [wordsOf(`at ${escapeTerminal(row.endpoint)}`)]),
    ...(who.length === 0 ? [] : [facts(who.map((claim) => wordsOf(claim, paint.dim)))]),
  ];
  const blocks = [wrapWords(title, width, 6), ...lines.map((line) => `    ${wrapWords(line, width - 4, 6)}`)];
  return `\n${blocks.join('\n')}\n`;
}

const marks: Record<RowWords['mark'], string> = { good: '✔', bad: '✖', unsure: '!', note: '·' };

function paintOf(mark: RowWords['mark'], paint: Paint): Word['paint'] {
  return { good: paint.green, bad: paint.red, unsure: paint.yellow, note: paint.dim }[mark];
}

/** Facts on one line, a comma after each but the last; empty ones are left out. */
function facts(all: readonly (readonly Word[])[]): Word[] {
  const said = all.filter(([first]) => first !== undefined && first.text !== '');
  return said.flatMap((words, index) => {
    const comma = index === said.length - 1 ? '' : ',';
    return words.map((word, at) => (at === words.length - 1 ? { ...word, text: `${word.text}${comma}` } : word));
  });
}

function endText({ environment, status, fault, entries, head, shown, filteredOut }: TimelineEnd, page: Page): string {
  const { paint, width } = page;
  const bad = (...words: readonly Word[]) => `${wrapWords([{ text: '✖', paint: paint.red }, ...words], width, 2)}\n`;
  if (status === 'missing') return bad(...wordsOf(`${environment}: ${escapeTerminal(fault?.message ?? '')}`));
  const counts = [
    counted(entries, 'entry', 'entries'),
    `${counted(shown, 'row')} shown`,
    ...(filteredOut === 0 ? [] : [`${filteredOut} left out by the filters`]),
  ];
  const sums = `\n${wrapWords([...wordsOf(`${environment}:`, paint.bold), ...wordsOf(`${counts.join(', ')}.`)], width, 2)}\n`;
  const last = head === null ? '' : paint.dim(`  head ${head}\n`);
  if (fault === null) return `${sums}${last}`;
  const what = `entry ${fault.seq ?? 1} is bad: ${escapeTerminal(fault.message)}.`;
  return `${sums}${last}${bad(...wordsOf(`${what} ${meaningOfFault}`), ...wordsOf(`[${fault.code}]`, paint.dim))}`;
}
