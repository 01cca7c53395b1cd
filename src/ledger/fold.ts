import type { AuditEvent, StoredMember } from '../model/generated/ledger-entry.js';
import { lowerCase } from '../model/lower-case.js';
import type { Entry, EntryOf } from './entry.js';
import { createLeftStates, type LeftStates } from './left-states.js';
import type { LedgerFault } from './parse-entry.js';

/** A request of which the ledger does not say how it ended. */
export interface OpenIntent {
  readonly entry: EntryOf<'intent'>;
  /** A run looked, and could not tell. */
  readonly unknown: boolean;
  /** When that run said so, ISO 8601. */
  readonly unknownAt?: string;
  /** CXone answered the request in full, so nothing of it can arrive later. */
  readonly finished?: boolean;
  /** What a person said of it: the remote id, or null for absent. Undefined when nobody did. */
  readonly answer?: string | null;
}

/** How a request ended, with what its intent said. */
export interface OutcomeRecord {
  readonly seq: number;
  readonly time: string;
  readonly intent: EntryOf<'intent'>;
  readonly status: EntryOf<'outcome'>['status'];
  readonly remoteId: string | null;
  /** The state last confirmed; null: nothing exists. */
  readonly resultHash: string | null;
  /** What CXone stored otherwise than this request, or one before a restore, sent it. */
  readonly storedDifferently?: readonly StoredMember[];
  /** The shift of traffic that its split is still lowered for: an update that moves no traffic leaves it as it is. */
  readonly shift?: EntryOf<'intent'>['shift'];
}

/** An audit event that the audit log is not known to have. */
export interface OpenDelivery {
  /** The number of the outcome that holds the event. */
  readonly seq: number;
  readonly id: string;
  readonly event: AuditEvent;
  /** pending: the audit log has not got it. sent: it left, and the answer is not recorded. unknown: nobody can tell. */
  readonly status: 'pending' | 'sent' | 'unknown';
  /** The entry that says it left. */
  readonly attempt?: { readonly seq: number; readonly time: string };
  /** Why it is unknown. */
  readonly reason?: string;
}

/** What a webhook header's value was when it was last sent: scrypt of the value with this salt, both in hex. */
export type SecretDigest = Pick<EntryOf<'secret'>, 'salt' | 'digest'>;

/** A commit that manifests were applied from, and the entry that names it. */
export interface RecordedCommit {
  readonly id: string;
  readonly seq: number;
}

/** What the entries of one endpoint add up to. */
export interface Fold {
  /** Takes the next entry, or says why it can't be true after those before it. */
  add(entry: Entry): LedgerFault | undefined;
  readonly openIntents: ReadonlyMap<number, OpenIntent>;
  /** By the number of the outcome that holds the event. */
  readonly deliveries: ReadonlyMap<number, OpenDelivery>;
  /** Applied changes that no audit event speaks of, by remote id: an unfinished create, or a fault. */
  readonly unaudited: ReadonlyMap<string, OutcomeRecord>;
  /** The last outcome that confirmed a state (applied or failed), by remote id. */
  readonly lastOutcomes: ReadonlyMap<string, OutcomeRecord>;
  /** The states that writes of ours led away from a short time ago. */
  readonly left: Pick<LeftStates, 'of'>;
  /** The last outcome that did what was to be done, but for a description that CXone stored otherwise, by remote id. */
  readonly lastApplied: ReadonlyMap<string, OutcomeRecord>;
  /**
   * Identities of creates that ended without an answer and were not found when they were looked for: one that is there
   * after all may be ours. Nothing tells a request that never left from one that was looked for in vain.
   */
  readonly doubtedCreates: ReadonlySet<string>;
  /** The timestamp of the last audit event, by target. */
  readonly lastTimestamps: ReadonlyMap<string, string>;
  /** The last digest of each webhook header's value, by remote id and header. */
  readonly secrets: ReadonlyMap<string, SecretDigest>;
  /** The last commit that manifests were applied from. */
  readonly lastCommit: RecordedCommit | undefined;
  /** Audit events that arrived. */
  readonly delivered: number;
  /** Requests that were about to leave. */
  readonly intents: number;
}

type Reason = Omit<LedgerFault, 'seq'> | undefined;

/** The fold of no entries. docs/ledger.md, "What may follow what", has the rules. */
export function createFold(): Fold {
  const openIntents = new Map<number, OpenIntent>();
  const deliveries = new Map<number, OpenDelivery>();
  const unaudited = new Map<string, OutcomeRecord>();
  const lastOutcomes = new Map<string, OutcomeRecord>();
  const lastApplied = new Map<string, OutcomeRecord>();
  /** By the identity that is to be raised, the remote ids of those that were lowered for it. */
  const waitedFor = new Map<string, Set<string>>();
  const lastTimestamps = new Map<string, string>();
  const doubtedCreates = new Set<string>();
  const left = createLeftStates();
  const secrets = new Map<string, SecretDigest>();
  let lastCommit: RecordedCommit | undefined;
  let delivered = 0;
  let intents = 0;

  function addIntent(entry: EntryOf<'intent'>): Reason {
    const isNew = entry.step === 'create';
    if (isNew !== (entry.remoteId === null) || isNew !== (entry.beforeHash === null)) {
      return fault('intent-unclear', `a ${entry.step} ${isNew ? 'has' : 'lacks'} a remote id or a state before it`);
    }
    if (entry.shift !== undefined && entry.step !== 'lower') {
      return fault('intent-unclear', `a ${entry.step} takes no traffic away`);
    }
    if (!leadsWhereSaid(entry)) {
      return fault('intent-unclear', `a ${entry.step} that leads elsewhere than the whole change`);
    }
    openIntents.set(entry.seq, { entry, unknown: false });
    // A run that died has no `run` entry.
    if (entry.git?.dirty === false) lastCommit = { id: entry.git.head, seq: entry.seq };
    intents += 1;
    return undefined;
  }

  function addOutcome(entry: EntryOf<'outcome'>): Reason {
    const open = openIntents.get(entry.intent);
    if (open === undefined) return fault('outcome-without-intent', `entry ${entry.intent} is not an open intent`);
    const reason = outcomeFault(entry, open.entry) ?? eventFault(entry, lastTimestamps);
    if (reason !== undefined) return reason;
    if (entry.status === 'unknown') {
      const { time: unknownAt, finished = false } = entry;
      openIntents.set(entry.intent, { ...open, unknown: true, unknownAt, finished });
      return undefined;
    }
    openIntents.delete(entry.intent);
    if (open.entry.step === 'create') noteDoubt(entry, open.entry.id);
    record(entry, open.entry);
    return undefined;
  }

  function noteDoubt({ status, correlationId }: EntryOf<'outcome'>, id: string): void {
    if (status === 'applied') doubtedCreates.delete(id);
    else if (correlationId === null) doubtedCreates.add(id);
  }

  function record(entry: EntryOf<'outcome'>, intent: EntryOf<'intent'>): void {
    const { seq, time, status, remoteId, resultHash, event } = entry;
    if (remoteId === null) return;
    left.add(remoteId, intent.beforeHash, resultHash, Date.parse(time));
    const shift = intent.step === 'update' ? lastApplied.get(remoteId)?.shift : intent.shift;
    // A restore leads back to what CXone holds, so it says nothing new of how CXone stores values.
    const before = intent.step === 'restore' ? lastOutcomes.get(remoteId)?.storedDifferently : undefined;
    const { storedDifferently = before } = entry;
    const outcome = {
      seq,
      time,
      intent,
      status,
      remoteId,
      resultHash,
      ...(storedDifferently !== undefined && { storedDifferently }),
      ...(shift !== undefined && { shift }),
    };
    if (resultHash !== null && status !== 'not-attempted') lastOutcomes.set(remoteId, outcome);
    if (status === 'applied' || movedTraffic(entry)) {
      lastApplied.set(remoteId, outcome);
      for (const id of shift?.raises ?? []) waitedFor.set(id, (waitedFor.get(id) ?? new Set()).add(remoteId));
      if (endsChange(intent)) tookOver(intent.id);
    }
    if (event !== null) {
      unaudited.delete(remoteId);
      lastTimestamps.set(remoteId, event.timestamp);
      deliveries.set(seq, { seq, id: intent.id, event, status: 'pending' });
    } else if (status === 'applied') unaudited.set(remoteId, outcome);
  }

  /** Whoever was lowered for it owes it nothing any more. */
  function tookOver(id: string): void {
    for (const remoteId of waitedFor.get(id) ?? []) {
      const { shift, ...last } = lastApplied.get(remoteId) ?? {};
      const raises = shift?.raises.filter((other) => other !== id) ?? [];
      if (shift === undefined || !('seq' in last)) continue;
      lastApplied.set(remoteId, raises.length === 0 ? last : { ...last, shift: { ...shift, raises } });
    }
    waitedFor.delete(id);
  }

  function addDelivering({ seq, time, outcome }: EntryOf<'delivering'>): Reason {
    const delivery = deliveries.get(outcome);
    if (delivery === undefined || delivery.status === 'unknown') return notOpen(outcome);
    deliveries.set(outcome, { ...delivery, status: 'sent', attempt: { seq, time } });
    return undefined;
  }

  function addDelivered({ outcome }: EntryOf<'delivered'>): Reason {
    if (deliveries.get(outcome)?.status !== 'sent') return notOpen(outcome);
    deliveries.delete(outcome);
    delivered += 1;
    return undefined;
  }

  function addUnknown({ outcome, reason }: EntryOf<'delivery-unknown'>): Reason {
    const delivery = deliveries.get(outcome);
    if (delivery?.status !== 'sent') return notOpen(outcome);
    deliveries.set(outcome, { ...delivery, status: 'unknown', reason });
    return undefined;
  }

  function addResolved({ subject, answer, by }: EntryOf<'resolved'>): Reason {
    if (by !== 'person' && answer !== null) return fault('resolved-unclear', 'a refusal names what exists');
    const open = openIntents.get(subject);
    if (open !== undefined && by === 'person') {
      openIntents.set(subject, { ...open, answer });
      return undefined;
    }
    const delivery = deliveries.get(subject);
    if (delivery === undefined || delivery.status === 'pending') return notOpen(subject);
    if (answer === null) {
      const { seq, id, event } = delivery;
      deliveries.set(subject, { seq, id, event, status: 'pending' });
      return undefined;
    }
    deliveries.delete(subject);
    delivered += 1;
    return undefined;
  }

  function reasonAgainst(entry: Entry): Reason {
    switch (entry.kind) {
      case 'genesis':
      case 'key':
      case 'override':
      case 'trust':
        return undefined;
      case 'run':
        if (entry.commit !== null) lastCommit = { id: entry.commit, seq: entry.seq };
        return undefined;
      case 'secret':
        secrets.set(secretKey(entry.remoteId, entry.header), { salt: entry.salt, digest: entry.digest });
        return undefined;
      case 'intent':
        return addIntent(entry);
      case 'outcome':
        return addOutcome(entry);
      case 'delivering':
        return addDelivering(entry);
      case 'delivered':
        return addDelivered(entry);
      case 'delivery-unknown':
        return addUnknown(entry);
      case 'resolved':
        return addResolved(entry);
    }
  }

  return {
    add(entry) {
      const reason = reasonAgainst(entry);
      return reason && { seq: entry.seq, ...reason };
    },
    openIntents,
    deliveries,
    unaudited,
    lastOutcomes,
    left,
    lastApplied,
    doubtedCreates,
    lastTimestamps,
    secrets,
    get lastCommit() {
      return lastCommit;
    },
    get delivered() {
      return delivered;
    },
    get intents() {
      return intents;
    },
  };
}

/** A remote id holds no slash. A header is the same in any spelling. */
export function secretKey(remoteId: string, header: string): string {
  return `${remoteId}/${lowerCase(header)}`;
}

/** All but the description is stored as it was sent. A description carries no traffic. */
function movedTraffic({ storedDifferently }: EntryOf<'outcome'>): boolean {
  return storedDifferently?.every(({ member }) => member === 'description') ?? false;
}

/** The whole change is done by it, and it takes no traffic away. */
function endsChange({ step, afterHash, payloadHash }: EntryOf<'intent'>): boolean {
  return step !== 'lower' && step !== 'restore' && afterHash === payloadHash;
}

/** Only a create may come short of its change, and only a restore leads back; what keeps the state as it is leads nowhere. */
function leadsWhereSaid({ step, beforeHash, afterHash, payloadHash }: EntryOf<'intent'>): boolean {
  return step === 'create' || step === 'restore' || afterHash === payloadHash || afterHash === beforeHash;
}

function outcomeFault(entry: EntryOf<'outcome'>, intent: EntryOf<'intent'>): Reason {
  if (intent.remoteId !== null && entry.remoteId !== intent.remoteId) {
    return fault('outcome-unclear', `it is about ${entry.remoteId ?? 'nothing'}, its intent about ${intent.remoteId}`);
  }
  if (entry.status === 'applied' && (entry.remoteId === null || entry.resultHash === null)) {
    return fault('outcome-unclear', 'applied, but it does not say to what');
  }
  if (entry.storedDifferently !== undefined && entry.status !== 'failed') {
    return fault('outcome-unclear', `it is ${entry.status}, and says that CXone stored something otherwise`);
  }
  if (entry.finished !== undefined && entry.status !== 'unknown') {
    return fault('outcome-unclear', `it is ${entry.status}, and says what an unknown one says`);
  }
  if (entry.status === 'applied' && entry.resultHash !== intent.afterHash) {
    return fault('outcome-unclear', 'applied, but not what its intent was about to do');
  }
  return undefined;
}

function eventFault(entry: EntryOf<'outcome'>, lastTimestamps: ReadonlyMap<string, string>): Reason {
  const { event, remoteId, resultHash, status } = entry;
  if (event === null) return undefined;
  if (status === 'unknown') return fault('event-unclear', 'an unknown outcome has no audit event yet');
  if (event.targetId !== remoteId) return fault('event-unclear', 'its audit event is about another target');
  if (event.payloadHash !== resultHash)
    return fault('event-unclear', 'its audit event has another hash than its state');
  const last = lastTimestamps.get(event.targetId);
  if (last !== undefined && event.timestamp <= last) {
    return fault('event-unclear', `its audit event is not later than ${last}, the last one of ${event.targetId}`);
  }
  return undefined;
}

function notOpen(seq: number): Reason {
  return fault('no-open-delivery', `entry ${seq} has no audit event that waits for this`);
}

function fault(code: string, message: string): Reason {
  return { code, message };
}
