import type { CxoneWriter } from '../cxone/connect.js';
import type { State } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import { splitMembers, trafficSplitOf } from '../kinds/speech-engine.js';
import { makeEvent } from '../ledger/event.js';
import type { OpenIntent } from '../ledger/fold.js';
import { mayHaveJustLeft } from '../ledger/may-have-just-left.js';
import type { IntentEntry, Ledger, OutcomeEntry } from '../ledger/open-ledger.js';
import type { Clock } from '../model/clock.js';
import { hashJson } from '../model/hash.js';
import { formatIdentity } from '../model/identity.js';
import { KnownError } from '../model/known-error.js';
import type { Live } from '../model/resource.js';

export interface RecoverOptions {
  readonly ledger: Ledger;
  readonly writer: CxoneWriter;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly listLagMs: number;
  /** What states call a remote id where manifests rename what is live; it is called by its live name otherwise. */
  readonly identities?: ReadonlyMap<string, string>;
}

/** How an earlier run's request ended, once live was looked at. */
export interface Recovered {
  readonly id: string;
  /** applied: it was done, and is recorded now. absent: it was not done. overtaken: live is neither before nor after. */
  readonly found: 'applied' | 'absent' | 'overtaken';
}

/**
 * Closes the requests of an earlier run that ended before it could record how they went: waits until each must be done
 * and listed, looks at what is live, and records that. What was not done is left to the plan of this run
 * (docs/semantics.md, "Applying"). Throws a KnownError when live can't be read or the ledger can't be written.
 */
export async function recover(options: RecoverOptions): Promise<Recovered[]> {
  const { ledger, writer, clock } = options;
  const open = ledger.state.openIntents;
  if (open.length === 0) return [];
  await clock.sleep(Math.max(...open.map((one) => waitFor(one, options))));
  const live = await listLive(writer);
  const recovered: Recovered[] = [];
  for (const { entry } of open) recovered.push(await close(options, entry, live));
  return recovered;
}

/**
 * Milliseconds from now until a request must be done and listed. Of a run that died only this is sure: it left before
 * now. A run that lived to say `unknown` had let a POST's time-out pass, and a PATCH needs no list.
 */
function waitFor({ entry, unknownAt }: OpenIntent, { clock, timeoutMs, listLagMs }: RecoverOptions): number {
  const now = clock.now();
  if (unknownAt === undefined) return mayHaveJustLeft(entry.time, now) ? timeoutMs + listLagMs : 0;
  const most = entry.step === 'create' ? listLagMs : timeoutMs;
  // Another machine's clock may be ahead: no wait is longer than the whole.
  return Math.min(most, Math.max(0, Date.parse(unknownAt) + most - now));
}

async function listLive(writer: CxoneWriter): Promise<Live[]> {
  const [engines, webhooks] = [await writer.listEngines(), await writer.listWebhooks()];
  if (engines === 'unsupported' || webhooks === 'unsupported') {
    throw new KnownError('ApiError', 'an earlier run was cut off, and what it did can not be listed here', {
      hint: 'Look at CXone, and keep the ledger: it names the requests that have no outcome.',
    });
  }
  return [...engines, ...webhooks];
}

async function close(
  { ledger, clock, identities }: RecoverOptions,
  intent: IntentEntry,
  live: readonly Live[],
): Promise<Recovered> {
  const found = live.find((one) =>
    intent.remoteId === null ? formatIdentity(one.identity) === intent.id : one.remoteId === intent.remoteId,
  );
  const state = found === undefined ? null : stateOf(found, live, identities);
  const hash = state === null ? null : hashJson(state);
  if (found !== undefined && state !== null && hash === intent.afterHash) {
    const event = eventOf(ledger, intent, found, state, clock.now());
    await append(ledger, intent, { status: 'applied', remoteId: found.remoteId, resultHash: hash, event });
    return { id: intent.id, found: 'applied' };
  }
  const untouched = intent.remoteId === null ? found === undefined : hash === intent.beforeHash;
  // A create that finds another engine of its identity has made nothing that it could speak of.
  const resultHash = intent.remoteId === null ? null : hash;
  await append(ledger, intent, { status: 'failed', remoteId: intent.remoteId, resultHash, event: null });
  return { id: intent.id, found: untouched ? 'absent' : 'overtaken' };
}

type OutcomeFacts = Pick<OutcomeEntry, 'status' | 'remoteId' | 'resultHash' | 'event'>;

function append(ledger: Ledger, intent: IntentEntry, outcome: OutcomeFacts): Promise<unknown> {
  return ledger.append({ kind: 'outcome', intent: intent.seq, correlationId: null, serverDate: null, ...outcome });
}

function stateOf({ identity, entity }: Live, live: readonly Live[], identities?: ReadonlyMap<string, string>): State {
  const names = new Map([
    ...live.map((one) => [one.remoteId, formatIdentity(one.identity)] as const),
    ...(identities ?? []),
  ]);
  return kindDefinition(identity.kind).liveState(entity, (remoteId) => names.get(remoteId) ?? remoteId);
}

/** The event of what a request did; null where a create is yet to be configured, and is audited then. */
function eventOf(ledger: Ledger, intent: IntentEntry, live: Live, state: State, now: number) {
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
