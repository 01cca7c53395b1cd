import type { TimelineChange, TimelineEvent, TimelineRow, TimelineRun } from '../model/generated/audit-show.js';
import { counted } from './counted.js';

/** What a row of a timeline says, in words; each text from elsewhere has passed through `show`. */
export interface RowWords {
  readonly mark: 'good' | 'bad' | 'unsure' | 'note';
  /** Such as `raise traffic of SpeechEngine/IVR@2.0.0`. */
  readonly what: string;
  /** What became of it; empty for what simply happened. */
  readonly outcome: string;
  /** What else there is to say of it. */
  readonly details: readonly string[];
  /** `6db7d803e74f → f39592393ef0`; empty where no state changed. */
  readonly states: string;
  /** What became of its audit event; empty for none. */
  readonly event: string;
  /** Who, which run and which pull request: claims. */
  readonly who: readonly string[];
  readonly commit: string;
}

/** The words for one row. `show` makes a text from anywhere fit for the format. */
export function timelineWords(row: TimelineRow, show: (text: string) => string): RowWords {
  const who = row.kind === 'dropped-tail' ? [] : whoWords(row, show);
  const blank = { outcome: '', details: [], states: '', event: '', who, commit: '' };
  switch (row.kind) {
    case 'change':
      return { ...changeWords(row, show), who };
    case 'settlement': {
      const event = eventWords(row.event, show);
      const what = `outcome of entry ${row.change}, ${show(row.id)}`;
      return { ...blank, mark: markOf(row), what, outcome: statusWords[row.status], event };
    }
    case 'override': {
      const refused = row.refusals.slice(0, maxListed).map(({ code, id }) => `${show(code)} for ${show(id)}`);
      const details = [`reason: ${show(row.reason)}`, `refused: ${listed(refused, row.refusals.length)}`];
      const what = `override ${counted(row.refusals.length, 'refusal')} of guardrails`;
      return { ...blank, mark: 'unsure', what, details, commit: commitWords(row.git) };
    }
    case 'trust':
      return { ...blank, ...trustWords(row, show) };
    case 'headers': {
      const details = [`names: ${listed(row.headers.slice(0, maxListed).map(show), row.headers.length)}`];
      const what = `send ${counted(row.headers.length, 'header value')} to ${show(row.id)}`;
      return { ...blank, mark: 'note', what, details };
    }
    case 'resolution': {
      const subject = row.about === 'event' ? 'audit event' : 'request';
      const what = `settle the ${subject} of entry ${row.change}, ${show(row.id)}`;
      const outcome = row.answer === null ? 'absent' : `it is ${show(row.answer)}`;
      const details = row.reason === null ? [] : [`reason: ${show(row.reason)}`];
      return { ...blank, mark: 'note', what, outcome, details };
    }
    case 'run': {
      const commit = row.commit === null ? '' : `commit ${row.commit.slice(0, 12)}`;
      const isDone = row.status !== 'incomplete';
      return {
        ...blank,
        mark: isDone ? 'note' : 'unsure',
        what: 'end of an apply',
        outcome: runWords[row.status],
        commit,
      };
    }
    case 'key':
      return { ...blank, mark: row.previousKey === null ? 'note' : 'unsure', ...keyWords(row, show) };
    case 'dropped-tail': {
      const details = [`sha256 ${row.sha256.slice(0, 12)}`];
      const what = `drop an unfinished line of ${counted(row.bytes, 'byte')}: a write was cut off`;
      return { ...blank, mark: 'unsure', what, details };
    }
  }
}

const statusWords: Record<TimelineChange['status'], string> = {
  applied: 'applied',
  failed: 'failed',
  unknown: 'unknown',
  'not-attempted': 'not attempted',
  open: 'no outcome recorded',
};

const runWords: Record<TimelineRun['status'], string> = {
  applied: 'applied',
  'no-changes': 'no changes',
  incomplete: 'incomplete',
};

const stepWords: Record<TimelineChange['step'], string> = {
  create: 'create',
  configure: 'finish the create of',
  update: 'update',
  lower: 'lower traffic of',
  raise: 'raise traffic of',
  restore: 'give traffic back to',
};

/** No reader wants more of them on a line. */
const maxListed = 10;

function changeWords(row: TimelineChange, show: (text: string) => string): Omit<RowWords, 'who'> {
  // A step is named for the traffic that it moves, whatever else it changes.
  const more = ['lower', 'raise'].includes(row.step) && row.event?.action === 'UPDATE' ? ['with other changes'] : [];
  return {
    mark: markOf(row),
    what: `${stepWords[row.step]} ${show(row.id)}`,
    outcome: statusWords[row.status],
    details: [...trafficWords(row, show), ...more, ...storedWords(row, show)],
    states: stateWords(row),
    event: eventWords(row.event, show),
    commit: commitWords(row.git),
  };
}

function markOf({ status, event }: Pick<TimelineChange, 'status' | 'event'>): RowWords['mark'] {
  if (status === 'failed') return 'bad';
  if (status === 'unknown' || status === 'open') return 'unsure';
  if (event !== null && event.status !== 'delivered') return 'unsure';
  return status === 'applied' ? 'good' : 'note';
}

/** The traffic that was to move; ledgers of early versions say it of shifts only. */
function trafficWords({ shift, split }: TimelineChange, show: (text: string) => string): string[] {
  const moved = shift ?? split;
  if (moved === null) return [];
  const words = `traffic ${moved.before} % → ${moved.after} %`;
  if (shift === null) return [words];
  return [`${words}, taken over by ${listed(shift.raises.slice(0, maxListed).map(show), shift.raises.length)}`];
}

function storedWords({ storedDifferently }: TimelineChange, show: (text: string) => string): string[] {
  if (storedDifferently === undefined) return [];
  return [`CXone stored another ${storedDifferently.map(show).join(', ')} than was sent`];
}

/** From what state to what: as it was confirmed, and where that is not what was wanted, both. */
function stateWords({ status, beforeHash, afterHash, resultHash }: TimelineChange): string {
  const wanted = `${short(beforeHash)} → ${short(afterHash)}`;
  if (status === 'applied' && resultHash === afterHash) return wanted;
  return `${wanted} wanted, ${resultHash === null ? 'nothing' : short(resultHash)} confirmed`;
}

function eventWords(event: TimelineEvent | null, show: (text: string) => string): string {
  if (event === null) return '';
  const { action, status, logId, via, outcome } = event;
  if (status === 'pending') return `${action} pending`;
  if (status !== 'delivered')
    return `${action} ${status === 'sent' ? 'sent, no answer recorded' : 'unknown'} (entry ${outcome})`;
  const found = via === 'lookup' ? ', found by a look' : via === 'person' ? ', a person says' : '';
  return `${action} delivered as ${show(logId ?? '')}${found}`;
}

const trustedBy = {
  first: 'record the first trusted settings',
  operator: 'accept changed trusted settings',
  'given-up': 'record trusted settings that give up rights',
};

function trustWords(row: Extract<TimelineRow, { kind: 'trust' }>, show: (text: string) => string) {
  const { accepted, trustHash, previousHash, changed } = row;
  const changes = changed
    .slice(0, maxListed)
    .map(({ setting, before, after }) => `${show(setting)}: ${show(before ?? 'none')} → ${show(after ?? 'none')}`);
  const more = changed.length > maxListed ? [`and ${changed.length - maxListed} more`] : [];
  return {
    mark: accepted === 'operator' ? ('unsure' as const) : ('note' as const),
    what: trustedBy[accepted],
    details: [...changes, ...more],
    states: `${short(previousHash)} → ${short(trustHash)}`,
  };
}

function keyWords({ publicKey, previousKey }: Extract<TimelineRow, { kind: 'key' }>, show: (text: string) => string) {
  // `name+id+base64`: the first two say which key, and base64 may have a plus of its own.
  const named = (key: string) => show(key.split('+', 2).join('+'));
  const details = previousKey === null ? [] : [`in place of ${named(previousKey)}, which signed this`];
  return { what: `sign the ledger with ${named(publicKey)}`, details };
}

function whoWords(row: Exclude<TimelineRow, { kind: 'dropped-tail' }>, show: (text: string) => string): string[] {
  if (row.claimed === null) return [];
  const { actor, run, pullRequest, commit } = row.claimed;
  const known = 'git' in row ? row.git?.head : undefined;
  return [
    actor === null ? 'by nobody named' : `by ${show(actor)}`,
    ...(run === null ? [] : [`run ${show(run)}`]),
    ...(pullRequest === null ? [] : [`pull request ${show(pullRequest)}`]),
    // What the repository itself says is no claim, and need not be said twice.
    ...(commit === undefined || commit === known ? [] : [`for commit ${commit.slice(0, 12)}`]),
  ];
}

function commitWords(git: TimelineChange['git']): string {
  if (git === null) return '';
  return `commit ${git.head.slice(0, 12)}${git.dirty ? ' with uncommitted changes' : ''}`;
}

function listed(shown: readonly string[], all: number): string {
  return [...shown, ...(all > shown.length ? [`${all - shown.length} more`] : [])].join(', ');
}

function short(hash: string | null): string {
  return hash === null ? 'nothing' : hash.slice(0, 12);
}
