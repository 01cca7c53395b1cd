import type { CallOptions, WriteResult } from '../cxone/connect.js';
import type { BodyContext, State } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import { trafficSplitOf } from '../kinds/speech-engine.js';
import { makeEvent } from '../ledger/delivery/event.js';
import type { IntentEntry, OutcomeEntry } from '../ledger/open-ledger.js';
import { hashJson } from '../model/hash.js';
import type { JsonObject } from '../model/json.js';
import { KnownError } from '../model/known-error.js';
import { bodySubject } from '../plan/body-subject.js';
import { type Step, stepRequest } from '../plan/steps.js';
import type { ApplyRun } from './apply-run.js';
import { digestSecrets } from './digest-secrets.js';
import type { OutcomeError, Progress } from './progress.js';
import { type Settled, settleWrite, staleBeforeWrite } from './settle-write.js';
import { storedMembers } from './stored-differently.js';
import { unseen } from './unseen.js';

interface StepPlace {
  /** It is the last write of its change: its outcome carries the audit event. */
  readonly closes: boolean;
  /** It finishes what has begun, a create or a shift of traffic: neither an interrupt nor the end of the run's time holds it back. */
  readonly finishes: boolean;
  /** The shift that a lowered split is part of: who takes the traffic over, and what an earlier run took it from. */
  readonly shift?: { readonly raises: readonly string[]; readonly before: number | undefined };
}

/**
 * Does one write: its intent is durable before the request leaves, its outcome before success is reported, and its
 * progress tells what the server holds now. Throws only for what ends the run: a ledger that can't be written.
 */
export async function writeStep(run: ApplyRun, step: Step, progress: Progress, place: StepPlace): Promise<void> {
  const headers: string[] = [];
  const body = bodyOf(run, step, headers);
  if (body instanceof KnownError) return giveUp(run, step, progress, asError(body));
  const recordSecrets = await digestSecrets(run, progress, headers);
  const obstacle = await staleBeforeWrite(run, step, progress);
  if (obstacle !== undefined) return giveUp(run, step, progress, obstacle);

  const intent = await run.ledger.append({
    kind: 'intent',
    ...intentOf(run, step, progress),
    ...trafficOf(step, progress, place),
  });
  progress.status = 'unknown';
  progress.sent = step.to;
  const refusal = () => run.ledger.lost();
  const call = place.finishes ? { refusal, finishes: true } : { refusal, signal: run.interrupt };
  const send = () => sendStep(run, step, progress, body, call);
  const settled = await settleWrite(run, step, progress, intent, await send(), send);
  if (settled.error?.code === 'unauthorized') run.stop();
  await record(run, step, progress, intent, settled, place.closes);
  if (settled.status === 'applied' && settled.adopted !== true) await recordSecrets();
}

/**
 * The traffic that a step moves. Of a shift it says what the next run must know to finish one that this run does not live
 * to finish, or to undo it.
 */
function trafficOf(
  { name, to }: Step,
  { confirmed }: Progress,
  { shift }: StepPlace,
): Pick<IntentEntry, 'shift' | 'split'> {
  const [before, after] = [trafficSplitOf(confirmed ?? {}), trafficSplitOf(to)];
  if (name === 'lower' && shift !== undefined && shift.raises.length > 0) {
    return { shift: { before: shift.before ?? before, after, raises: [...shift.raises] } };
  }
  return before === after ? {} : { split: { before, after } };
}

/**
 * Closes a create whose engine exists at split 0 and won't be configured in this run: what was deployed is recorded and
 * audited as it is (docs/semantics.md, "Ledger").
 */
export async function abandonCreate(run: ApplyRun, step: Step, progress: Progress): Promise<void> {
  const intent = await run.ledger.append({ kind: 'intent', ...intentOf(run, step, progress) });
  const { remoteId, confirmed } = progress;
  const error = progress.error ?? { code: 'not-attempted', message: 'it was created at split 0 and not configured' };
  await record(run, step, progress, intent, { status: 'not-attempted', remoteId, state: confirmed, error }, true);
  progress.status = 'failed';
}

/** The body, or why there is none; `headers` gets the names of those whose values are in it. */
function bodyOf(run: ApplyRun, { change, name, from, to }: Step, headers: string[]): JsonObject | KnownError {
  const kind = kindDefinition(change.resource.identity.kind);
  const context: BodyContext = {
    ...bodySubject(change),
    remoteIdOf: (identity) => remoteIdOf(run, identity),
    headerValue: (header) => {
      headers.push(header);
      return run.headers.valueOf(change, header);
    },
  };
  try {
    return name === 'create' || from === null ? kind.createBody(to, context) : kind.updateBody(from, to, context);
  } catch (error) {
    if (error instanceof KnownError) return error;
    throw error;
  }
}

function remoteIdOf(run: ApplyRun, identity: string): string {
  const id = run.remoteIds.get(identity);
  if (id !== undefined) return id;
  throw new KnownError('ApiError', `${identity} has no id in CXone yet`, { hint: 'Apply it first.' });
}

function intentOf(run: ApplyRun, step: Step, { remoteId, confirmed }: Progress) {
  const { change, name, from, to } = step;
  const kind = kindDefinition(change.resource.identity.kind);
  // Header values stay out of the hash: one of few possible values could be guessed from it.
  const context: BodyContext = {
    ...bodySubject(change),
    remoteIdOf: (identity) => run.remoteIds.get(identity) ?? identity,
    headerValue: () => null,
  };
  const body = name === 'create' || from === null ? kind.createBody(to, context) : kind.updateBody(from, to, context);
  return {
    id: change.id,
    action: change.before === null ? ('create' as const) : ('update' as const),
    step: name,
    remoteId,
    beforeHash: confirmed === null ? null : hashJson(confirmed),
    payloadHash: change.payloadHash,
    afterHash: hashJson(to),
    bodyHash: hashJson(body),
    planHash: run.planHash,
    ...(run.savedPlan !== undefined && { savedPlan: run.savedPlan }),
    git: run.git,
    claimed: run.claimed,
  };
}

function sendStep(
  run: ApplyRun,
  step: Step,
  progress: Progress,
  body: JsonObject,
  call: CallOptions,
): Promise<WriteResult> {
  const { kind } = step.change.resource.identity;
  if (stepRequest(step).method === 'POST') return run.writer.create(kind, body, call);
  if (progress.remoteId === null) throw new Error(`${step.change.id}: ${step.name} without a remote id`);
  return run.writer.update(kind, progress.remoteId, body, progress.etag, call);
}

/** Makes the outcome durable, then lets `progress` report it and its audit event leave. */
async function record(
  run: ApplyRun,
  step: Step,
  progress: Progress,
  intent: IntentEntry,
  settled: Settled,
  closes: boolean,
): Promise<void> {
  const { remoteId, state } = settled;
  const facts = settled.adopted === true ? notOurs : factsOf(step, settled);
  const event = closes || settled.status === 'failed' ? eventOf(run, step, progress, settled) : null;
  const outcome = await run.ledger.append({
    kind: 'outcome',
    intent: intent.seq,
    ...facts,
    correlationId: settled.correlationId ?? null,
    serverDate: settled.serverDate ?? null,
    event,
  });
  progress.written ||= facts.status === 'applied' || settled.error?.code === 'not-as-sent';
  progress.adopted ||= settled.adopted === true;
  progress.notDone = settled.notDone ?? false;
  progress.remoteId = remoteId;
  progress.etag = settled.etag;
  progress.confirmed = state;
  progress.correlationId = settled.correlationId ?? progress.correlationId;
  progress.error = settled.error ?? progress.error;
  progress.status = statusOf(settled, closes);
  if (remoteId !== null) {
    run.remoteIds.set(step.change.id, remoteId);
    run.identities.set(remoteId, step.change.id);
  }
  if (event !== null) run.deliver(outcome, progress);
}

type OutcomeFacts = Pick<OutcomeEntry, 'status' | 'remoteId' | 'resultHash' | 'finished' | 'storedDifferently'>;

function factsOf({ to }: Step, { status, remoteId, state, finished, error }: Settled): OutcomeFacts {
  const facts: OutcomeFacts = { status, remoteId, resultHash: state === null ? null : hashJson(state) };
  if (status === 'unknown' && finished === true) return { ...facts, finished };
  if (error?.code !== 'not-as-sent' || state === null) return facts;
  return { ...facts, storedDifferently: storedMembers(to, state) };
}

/** Our create was refused: what is there is what another run made, recorded and audits. */
const notOurs: OutcomeFacts = { status: 'failed', remoteId: null, resultHash: null };

function statusOf({ status, adopted }: Settled, closes: boolean): Progress['status'] {
  if (status !== 'applied') return status;
  if (!closes) return 'not-attempted';
  return adopted === true ? 'already-applied' : 'applied';
}

/** Of what changed on the server; null when nothing did, and when nobody knows yet. */
function eventOf(run: ApplyRun, step: Step, progress: Progress, settled: Settled) {
  const { remoteId, state } = settled;
  if (remoteId === null || state === null || settled.status === 'unknown' || settled.adopted === true) return null;
  const kind = kindDefinition(step.change.resource.identity.kind);
  const unaudited = step.name === 'create' || run.ledger.state.unauditedCreate(remoteId);
  // What somebody else has changed meanwhile is not ours to report.
  // New header values leave the state as it is.
  const changed = !sameState(progress.confirmed, state) || (settled.status === 'applied' && unseen(step));
  const byOthers = settled.error?.code === 'stale' || !changed;
  if (!unaudited && byOthers) return null;
  return makeEvent(run.ledger.state, {
    eventType: kind.auditEventType,
    targetId: remoteId,
    action: unaudited ? 'DEPLOY' : kind.updateAction(step.from ?? state, state),
    payloadHash: hashJson(state),
    now: run.clock.now(),
  });
}

function sameState(one: State | null, other: State): boolean {
  return one !== null && hashJson(one) === hashJson(other);
}

async function giveUp(run: ApplyRun, step: Step, progress: Progress, error: OutcomeError | undefined): Promise<void> {
  progress.error = error;
  const createdNow = step.change.before === null && progress.written;
  if (createdNow && step.name !== 'restore') await abandonCreate(run, step, progress);
  progress.status = 'failed';
}

function asError({ code, message, hint }: KnownError): OutcomeError {
  return hint === undefined ? { code, message } : { code, message, hint };
}
