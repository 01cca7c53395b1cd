import type { CxoneWriter } from '../cxone/connect.js';
import { kindDefinition } from '../kinds/kinds.js';
import { splitMembers, trafficSplitOf } from '../kinds/speech-engine.js';
import { makeEvent } from '../ledger/delivery/event.js';
import type { OpenIntent } from '../ledger/fold.js';
import { mayHaveJustLeft } from '../ledger/may-have-just-left.js';
import type { IntentEntry, Ledger, OutcomeEntry } from '../ledger/open-ledger.js';
import type { Clock } from '../model/clock.js';
import { hashJson } from '../model/hash.js';
import { KnownError } from '../model/known-error.js';
import type { Live } from '../model/resource.js';
import { shellQuote } from '../model/shell-quote.js';
import { type LookAt, lookAtLive } from './look-at-live.js';

export interface RecoverOptions {
  readonly ledger: Ledger;
  readonly writer: CxoneWriter;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly listLagMs: number;
  readonly interrupt: AbortSignal;
  /** What states call what is live, as manifests rename it. */
  readonly liveNames: (live: readonly Live[]) => ReadonlyMap<string, string>;
}

/** How an earlier run's request ended, once live was looked at. */
export interface Recovered {
  readonly id: string;
  /**
   * applied: it was done, and is recorded now. absent: it was not done. overtaken: live is neither before nor after.
   * unseen: it only sent secrets, which live does not show.
   */
  readonly found: 'applied' | 'absent' | 'overtaken' | 'unseen';
}

/**
 * Closes the requests of an earlier run that ended before it could record how they went: waits until each must be done
 * and listed, looks at what is live, and records that. What was not done is left to the plan of this run
 * (docs/semantics.md, "Applying"). Throws a KnownError when live can't be read or the ledger can't be written, and an
 * UnknownOutcomeError for creates that nobody can look up, once all others are closed.
 */
export async function recover(options: RecoverOptions): Promise<Recovered[]> {
  const { ledger, clock, interrupt } = options;
  const open = ledger.state.openIntents;
  if (open.length === 0) return [];
  await clock.sleep(Math.max(...open.map((one) => waitFor(one, options))), interrupt);
  if (interrupt.aborted) throw new KnownError('InterruptedError', 'the run was interrupted before it wrote anything');
  const look = await lookAtLive(options.writer, open, options.liveNames);
  const recovered: Recovered[] = [];
  const unknown: IntentEntry[] = [];
  for (const { entry, answer } of open) {
    const found = look(entry, answer);
    if (found === 'unknown') unknown.push(entry);
    else recovered.push(await close(options, entry, found));
  }
  if (unknown.length > 0) throw unknownOutcomes(ledger, unknown);
  return recovered;
}

/**
 * Milliseconds from now until a request must be done and listed. Of a run that died only this is sure: it left before
 * now. One that lived to say `unknown` may have been interrupted before the time-out had passed; a PATCH needs no list,
 * and what CXone answered in full needs no time-out.
 * What a person has looked at needs no wait.
 */
function waitFor(
  { entry, unknownAt, finished, answer }: OpenIntent,
  { clock, timeoutMs, listLagMs }: RecoverOptions,
): number {
  const now = clock.now();
  if (answer !== undefined) return 0;
  if (unknownAt === undefined) return mayHaveJustLeft(entry.time, now) ? timeoutMs + listLagMs : 0;
  const most = (finished === true ? 0 : timeoutMs) + (entry.step === 'create' ? listLagMs : 0);
  // Another machine's clock may be ahead: no wait is longer than the whole.
  return Math.min(most, Math.max(0, Date.parse(unknownAt) + most - now));
}

async function close(
  { ledger, clock }: RecoverOptions,
  intent: IntentEntry,
  found: Exclude<LookAt, 'unknown'>,
): Promise<Recovered> {
  const hash = found === undefined ? null : hashJson(found.state);
  // Only secrets were to be sent, so live is the same before and after. They are sent again, which harms nothing.
  const unseen = intent.step === 'update' && intent.beforeHash === intent.afterHash;
  if (found !== undefined && hash === intent.afterHash && !unseen) {
    const event = eventOf(ledger, intent, found, clock.now());
    await append(ledger, intent, { status: 'applied', remoteId: found.live.remoteId, resultHash: hash, event });
    return { id: intent.id, found: 'applied' };
  }
  const untouched = intent.remoteId === null ? found === undefined : hash === intent.beforeHash;
  // A create that finds another engine of its identity has made nothing that it could speak of.
  const resultHash = intent.remoteId === null ? null : hash;
  await append(ledger, intent, { status: 'failed', remoteId: intent.remoteId, resultHash, event: null });
  return { id: intent.id, found: !untouched ? 'overtaken' : unseen ? 'unseen' : 'absent' };
}

type OutcomeFacts = Pick<OutcomeEntry, 'status' | 'remoteId' | 'resultHash' | 'event'>;

function append(ledger: Ledger, intent: IntentEntry, outcome: OutcomeFacts): Promise<unknown> {
  return ledger.append({ kind: 'outcome', intent: intent.seq, correlationId: null, serverDate: null, ...outcome });
}

/** The event of what a request did; null where a create is yet to be configured, and is audited then. */
function eventOf(
  ledger: Ledger,
  intent: IntentEntry,
  { live, state }: Exclude<LookAt, 'unknown' | undefined>,
  now: number,
) {
  if (intent.step === 'create' && intent.afterHash !== intent.payloadHash) return null;
  const created =
    intent.step !== 'restore' && (intent.action === 'create' || ledger.state.unauditedCreate(live.remoteId));
  const onlySplit = intent.bodyHash === hashJson(splitMembers(trafficSplitOf(state)));
  return makeEvent(ledger.state, {
    eventType: kindDefinition(live.identity.kind).auditEventType,
    targetId: live.remoteId,
    action: created ? 'DEPLOY' : onlySplit ? 'TRAFFIC_SPLIT' : 'UPDATE',
    payloadHash: hashJson(state),
    now,
  });
}

/** Creating it again could make a second one; only a person can look. */
function unknownOutcomes(ledger: Ledger, intents: readonly IntentEntry[]): KnownError {
  const ids = [...new Set(intents.map(({ id }) => id))];
  const first = shellQuote(`${ids[0]}=ID`);
  return new KnownError(
    'UnknownOutcomeError',
    `${ids.join(', ')}: an earlier run sent the POST and got no answer, and nothing can be listed here to see what it did`,
    {
      hint: `Look in CXone, then apply with --resolve ${first}, the id that it has there, or with =absent. Entry ${intents[0]?.seq} of the ledger ${ledger.state.ledgerId} is open until then.`,
    },
  );
}
