import type { Entry, EntryOf } from '../entry.js';

/** A state that the tool left a resource in, and that no change was to lead to. */
export interface UnplannedState {
  /** The number of the outcome. */
  readonly seq: number;
  /** The printed identity. */
  readonly id: string;
  readonly resultHash: string;
}

/** What requests led to, as a ledger tells: what was approved says where they were to lead. */
export interface MadeStates {
  add(entry: Entry): void;
  /** Whether a request, not added yet, leaves a resource just as the tool left it before: nothing is to be approved. */
  keeps(intent: EntryOf<'intent'>): boolean;
  /** The resources whose last state is none that a change was to lead to, in the order of the ledger. */
  unplanned(): readonly UnplannedState[];
}

type Intent = Pick<EntryOf<'intent'>, 'id' | 'step' | 'endpoint' | 'remoteId' | 'beforeHash' | 'payloadHash'>;
type Outcome = EntryOf<'outcome'>;

interface Made extends UnplannedState {
  readonly isPlanned: boolean;
  /** What a restore may lead back to: what a lower found there, if the tool had left it so or had never changed it. */
  readonly lowered: string | undefined;
  /** What a create made that was not configured yet. */
  readonly parked: string | undefined;
}

/** Collects them from entries that verifyLedger found good, of all endpoints. */
export function collectMadeStates(): MadeStates {
  const open = new Map<number, Intent>();
  const made = new Map<string, Made>();

  function addOutcome({ seq, status, remoteId, resultHash, event, ...outcome }: Outcome): void {
    const intent = open.get(outcome.intent);
    if (intent === undefined || status === 'unknown') return;
    open.delete(outcome.intent);
    // What others did is not ours, and what no event speaks of yet is a finding of its own (`unaudited`).
    if (remoteId === null || resultHash === null || (status !== 'applied' && event === null)) return;
    const key = keyOf(intent, remoteId);
    const last = made.get(key);
    const lowered = intent.step === 'lower' ? foundBefore(intent, last) : last?.lowered;
    const parked = intent.step === 'create' && event === null ? resultHash : last?.parked;
    const isPlanned =
      event === null ||
      resultHash === intent.payloadHash ||
      (intent.step === 'restore' && resultHash === last?.lowered) ||
      (intent.step === 'configure' && resultHash === last?.parked);
    // Behind those that were made before it.
    made.delete(key);
    made.set(key, { seq, id: intent.id, resultHash, isPlanned, lowered, parked });
  }

  return {
    add(entry) {
      if (entry.kind === 'intent') {
        const { id, step, endpoint, remoteId, beforeHash, payloadHash } = entry;
        open.set(entry.seq, { id, step, endpoint, remoteId, beforeHash, payloadHash });
      }
      if (entry.kind === 'outcome') addOutcome(entry);
    },
    keeps(intent) {
      const { remoteId, beforeHash, afterHash } = intent;
      if (remoteId === null || beforeHash !== afterHash) return false;
      return made.get(keyOf(intent, remoteId))?.resultHash === afterHash;
    },
    unplanned: () => [...made.values()].filter(({ isPlanned }) => !isPlanned),
  };
}

/** The words of a finding about such a state, behind what it contradicts. */
export function unplannedWords({ id, resultHash }: UnplannedState): string {
  return `${id}: the tool left it as ${resultHash.slice(0, 12)} here, which is not what its change was to lead to`;
}

function foundBefore({ beforeHash }: Intent, last: Made | undefined): string | undefined {
  return last === undefined || last.resultHash === beforeHash ? (beforeHash ?? undefined) : last.lowered;
}

/** An engine and a webhook may have one id. */
function keyOf({ id, endpoint }: Pick<Intent, 'id' | 'endpoint'>, remoteId: string): string {
  return `${id.slice(0, id.indexOf('/'))} ${remoteId} ${endpoint}`;
}
