import type { TimelineChange, TimelineEvent, TimelineHeaders, TimelineRow } from '../../model/generated/audit-show.js';
import type { JsonObject } from '../../model/json.js';
import { trustChanges } from '../../model/trust-changes.js';
import type { Entry, EntryOf } from '../entry.js';

/** Makes rows for people of a ledger's entries. */
export interface Timeline {
  /** Takes the next entry, which must be a good one (verify.ts). */
  add(entry: Entry): void;
  /** Gives out what it still holds: nothing follows. */
  end(): void;
}

/** A row that may wait for what becomes of it. */
interface Held<Row extends TimelineRow = TimelineRow> {
  row: Row;
  settled: boolean;
  released: boolean;
}

/** How many rows wait for one that is not settled. */
const LIMIT = 10_000;

/**
 * The timeline of a ledger, in the order in which things began: one row a request, with its outcome and audit event,
 * which later entries tell. So a row is held until it is settled, and those after it with it, but never more than
 * `limit`: what becomes of a row that had to leave before is a row of its own. Memory does not grow with the ledger, but
 * with what is open in it and with the number of its webhooks.
 */
export function createTimeline(emit: (row: TimelineRow) => void, limit = LIMIT): Timeline {
  let held: Held[] = [];
  let first = 0;
  /** Changes that have no definite outcome, by the number of their intent. */
  const open = new Map<number, Held<TimelineChange>>();
  /** Changes whose audit event has not arrived, by the number of their outcome. */
  const waiting = new Map<number, Held<TimelineChange>>();
  /** Who sent something to it last, by remote id. */
  const senders = new Map<string, TimelineChange['claimed']>();
  let headers: Held<TimelineHeaders> | undefined;
  let trust: EntryOf<'trust'> | undefined;
  let key: EntryOf<'key'> | undefined;

  function push<Row extends TimelineRow>(row: Row, settled = true): Held<Row> {
    const one = { row, settled, released: false };
    held.push(one);
    return one;
  }

  function release(atMost: number): void {
    for (let one = held[first]; one !== undefined; one = held[first]) {
      if (!one.settled && held.length - first <= atMost) break;
      emit(one.row);
      one.released = true;
      // What was given out is not changed any more.
      if (one.row.kind === 'change') one.row = { ...one.row };
      first += 1;
    }
    if (first < LIMIT) return;
    held = held.slice(first);
    first = 0;
  }

  /** Puts news into the row of a change, or behind it where that has left. */
  function tell(entry: Entry, change: Held<TimelineChange>, news: Partial<TimelineChange>): void {
    const row = Object.assign(change.row, news);
    change.settled = isSettled(row);
    if (!change.released || entry.kind === 'resolved' || entry.kind === 'delivering') return;
    const { id, seq, status, event, claimed } = row;
    push({ kind: 'settlement', ...placeOf(entry), id, change: seq, status, event, claimed });
  }

  function addOutcome(entry: EntryOf<'outcome'>): void {
    const change = open.get(entry.intent);
    if (change === undefined) return;
    const { seq, time, status, remoteId, resultHash, storedDifferently, event } = entry;
    tell(entry, change, {
      status,
      remoteId,
      resultHash,
      outcome: seq,
      closedAt: time,
      event: pending(seq, event),
      ...(storedDifferently !== undefined && { storedDifferently: storedDifferently.map(({ member }) => member) }),
    });
    if (status !== 'unknown') open.delete(entry.intent);
    if (event !== null) waiting.set(seq, change);
    if (remoteId !== null && change.row.id.startsWith('Webhook/')) senders.set(remoteId, change.row.claimed);
  }

  function tellEvent(entry: Entry, outcome: number, news: Partial<TimelineEvent>): void {
    const change = waiting.get(outcome);
    if (change === undefined || change.row.event === null) return;
    tell(entry, change, { event: { ...change.row.event, ...news } });
    if (news.status === 'delivered') waiting.delete(outcome);
  }

  function addResolved(entry: EntryOf<'resolved'>): void {
    const { subject, answer, by, reason, claimed } = entry;
    const about = open.has(subject) ? 'request' : 'event';
    const change = open.get(subject) ?? waiting.get(subject);
    if (change === undefined) return;
    if (about === 'event') {
      const arrived = { status: 'delivered', logId: answer, via: 'person' } as const;
      tellEvent(entry, subject, answer === null ? { status: 'pending' } : arrived);
    }
    if (by !== 'person') return;
    const { id, seq } = change.row;
    push({ kind: 'resolution', ...placeOf(entry), id, change: seq, about, answer, reason, claimed });
  }

  function addTrust(entry: EntryOf<'trust'>): void {
    const { accepted, trustHash, claimed } = entry;
    const changed = trust === undefined ? [] : trustChanges(settingsOf(trust), settingsOf(entry));
    const previousHash = trust?.trustHash ?? null;
    push({ kind: 'trust', ...placeOf(entry), accepted, trustHash, previousHash, changed, claimed });
    trust = entry;
  }

  /** One row for the headers that went out together: their entries are right behind each other. */
  function addSecret(entry: EntryOf<'secret'>): void {
    const { id, remoteId, header } = entry;
    if (headers !== undefined && headers.row.remoteId === remoteId && headers.row.endpoint === entry.endpoint) {
      headers.row.headers.push(header);
      return;
    }
    endHeaders();
    const claimed = senders.get(remoteId) ?? null;
    headers = push({ kind: 'headers', ...placeOf(entry), id, remoteId, headers: [header], claimed }, false);
  }

  function endHeaders(): void {
    if (headers !== undefined) headers.settled = true;
    headers = undefined;
  }

  function read(entry: Entry): void {
    switch (entry.kind) {
      case 'genesis':
        return;
      case 'intent': {
        const change = push(changeOf(entry), false);
        open.set(entry.seq, change);
        return;
      }
      case 'outcome':
        return addOutcome(entry);
      case 'delivering':
        return tellEvent(entry, entry.outcome, { status: 'sent' });
      case 'delivered':
        return tellEvent(entry, entry.outcome, { status: 'delivered', logId: entry.logId, via: entry.via });
      case 'delivery-unknown':
        return tellEvent(entry, entry.outcome, { status: 'unknown' });
      case 'resolved':
        return addResolved(entry);
      case 'override': {
        const { reason, refusals, planHash, git, claimed } = entry;
        push({ kind: 'override', ...placeOf(entry), reason, refusals, planHash, git, claimed });
        return;
      }
      case 'trust':
        return addTrust(entry);
      case 'secret':
        return addSecret(entry);
      case 'run': {
        const { status, commit, manifestHash, planHash, claimed } = entry;
        push({ kind: 'run', ...placeOf(entry), status, commit, manifestHash, planHash, claimed });
        return;
      }
      case 'key': {
        const { publicKey, claimed } = entry;
        push({ kind: 'key', ...placeOf(entry), publicKey, previousKey: key?.publicKey ?? null, claimed });
        key = entry;
        return;
      }
    }
  }

  return {
    add(entry) {
      if (entry.kind !== 'secret') endHeaders();
      if (entry.droppedTail !== undefined) push({ kind: 'dropped-tail', ...placeOf(entry), ...entry.droppedTail });
      read(entry);
      release(limit);
    },
    end: () => release(0),
  };
}

function placeOf({ seq, time, endpoint }: Entry) {
  return { seq, time, endpoint };
}

function changeOf(entry: EntryOf<'intent'>): TimelineChange {
  const { id, action, step, shift, split, remoteId, beforeHash, afterHash, planHash, savedPlan, git, claimed } = entry;
  return {
    kind: 'change',
    ...placeOf(entry),
    id,
    action,
    step,
    shift: shift ?? null,
    split: split ?? null,
    remoteId,
    status: 'open',
    outcome: null,
    closedAt: null,
    beforeHash,
    afterHash,
    resultHash: null,
    planHash,
    ...(savedPlan !== undefined && { savedPlan }),
    git,
    claimed,
    event: null,
  };
}

function pending(outcome: number, event: EntryOf<'outcome'>['event']): TimelineEvent | null {
  if (event === null) return null;
  const { action, timestamp } = event;
  return { outcome, action, timestamp, status: 'pending', logId: null, via: null };
}

/** Nothing that comes later can change the row. */
function isSettled({ status, event }: TimelineChange): boolean {
  return status !== 'open' && status !== 'unknown' && (event === null || event.status === 'delivered');
}

function settingsOf({ settings }: EntryOf<'trust'>): JsonObject {
  // It was read as JSON, and its schema says that it is an object.
  return settings as JsonObject;
}
