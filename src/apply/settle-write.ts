import type { WriteResult } from '../cxone/connect.js';
import type { State } from '../kinds/kind-definition.js';
import { kindDefinition } from '../kinds/kinds.js';
import type { IntentEntry } from '../ledger/open-ledger.js';
import { sameJson } from '../model/json.js';
import { KnownError } from '../model/known-error.js';
import { namedSplit } from '../plan/plan-traffic.js';
import type { Step } from '../plan/steps.js';
import { isRenamed } from '../traffic/engine-traffic.js';
import type { ApplyRun } from './apply-run.js';
import { findLiveState, identityResolver, readLiveState } from './live-state.js';
import type { OutcomeError, Progress } from './progress.js';
import { unseen } from './unseen.js';
import { notAsSent, notListed, refusal, stale, unknownOutcome } from './write-errors.js';

/** What became of one write, once everything was asked that can be asked. */
export interface Settled {
  readonly status: 'applied' | 'failed' | 'unknown' | 'not-attempted';
  readonly remoteId: string | null;
  /** The state last confirmed; null: nothing exists. */
  readonly state: State | null;
  readonly etag?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly serverDate?: string | undefined;
  /** Unknown, but CXone answered the request in full: nothing of it can arrive later. */
  readonly finished?: boolean;
  /** Unknown, but not done when it was looked at after its time-out. */
  readonly notDone?: boolean;
  /** A create that CXone refused because somebody else has created the very same. */
  readonly adopted?: boolean;
  readonly error?: OutcomeError;
}

/**
 * Where the server gives no ETags, reads the resource just before it is changed: what the plan did not see is not
 * overwritten. Returns the obstacle, or undefined when the write may leave.
 */
export async function staleBeforeWrite(
  run: ApplyRun,
  step: Step,
  progress: Progress,
): Promise<OutcomeError | undefined> {
  if (step.name === 'create' || progress.remoteId === null || progress.etag !== undefined) return undefined;
  try {
    const live = await readLiveState(run, step, progress.remoteId);
    return live !== undefined && sameJson(live.state, progress.confirmed) ? undefined : stale(step);
  } catch (error) {
    return readFailed(error);
  }
}

/** Turns the answer of a write into what is now true, asking the server again where the answer leaves it open. */
export async function settleWrite(
  run: ApplyRun,
  step: Step,
  progress: Progress,
  intent: IntentEntry,
  result: WriteResult,
  resend: () => Promise<WriteResult>,
): Promise<Settled> {
  try {
    if (result.outcome === 'done') return await settleDone(run, step, result);
    const before = { remoteId: progress.remoteId, state: progress.confirmed, etag: progress.etag };
    const correlationId = result.outcome === 'not-sent' ? undefined : result.correlationId;
    if (step.name === 'create') {
      const conflict = result.outcome === 'refused' && result.code === 'conflict';
      if (result.outcome === 'unknown' || conflict)
        return await lookUpCreate(run, step, progress, intent, result, conflict);
    } else if (result.outcome === 'unknown') {
      return await lookUpUpdate(run, step, progress, result, resend);
    }
    return { status: 'failed', ...before, correlationId, error: refusal(step, result) };
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    const correlationId = result.outcome === 'not-sent' ? undefined : result.correlationId;
    const reason = 'reason' in result ? result.reason : 'was answered';
    const looked = `${reason}, and the look at what it did failed: ${error.message}`;
    return { ...unknown(step, progress, looked, correlationId), finished: isFinished(result) };
  }
}

async function settleDone(run: ApplyRun, step: Step, result: WriteResult & { outcome: 'done' }): Promise<Settled> {
  const kind = kindDefinition(step.change.resource.identity.kind);
  const { remoteId, correlationId, serverDate } = result;
  const answered =
    result.entity === undefined
      ? await readLiveState(run, step, remoteId)
      : { state: kind.liveState(result.entity, identityResolver(run)), etag: result.etag };
  const about = { remoteId, correlationId, serverDate, etag: answered?.etag };
  if (answered === undefined) {
    const error = {
      code: 'not-found',
      message: `${step.change.id}: its write was accepted, but ${remoteId} can't be read back`,
    };
    return { ...about, status: 'unknown', state: step.from, error };
  }
  if (sameJson(answered.state, step.to)) return { ...about, status: 'applied', state: answered.state };
  return { ...about, status: 'failed', state: answered.state, error: notAsSent(step, answered.state) };
}

/**
 * Never repeated: waits until the server must be done and lists show the engine, then looks for the identity. If CXone has
 * answered in full, the server is done already, and only the list lag is left to wait for.
 */
async function lookUpCreate(
  run: ApplyRun,
  step: Step,
  progress: Progress,
  intent: IntentEntry,
  result: WriteResult & { correlationId: string },
  conflict: boolean,
): Promise<Settled> {
  const sentAt = ('sentAt' in result ? result.sentAt : undefined) ?? Date.parse(intent.time);
  const finished = conflict || isFinished(result);
  const doneBy = finished ? run.clock.now() : sentAt + run.timeoutMs;
  await run.clock.sleep(Math.max(0, doneBy + run.listLagMs - run.clock.now()), run.interrupt);
  const { correlationId } = result;
  const reason = 'reason' in result ? result.reason : 'was refused';
  if (run.interrupt.aborted && !conflict) {
    const why = `${reason}, and the run was interrupted before it could be looked for`;
    return { ...unknown(step, progress, why, correlationId), finished };
  }
  const found = await findLiveState(run, step);
  if (found === undefined) {
    if (conflict) return { status: 'failed', remoteId: null, state: null, correlationId, error: refusal(step, result) };
    const error = notListed(step, reason, correlationId);
    return { status: 'unknown', remoteId: null, state: null, correlationId, finished, error };
  }
  if (sameJson(found.state, step.to)) {
    // What an earlier run of ours sent may have arrived late; what it never sent is another runner's, who audits it.
    const adopted = conflict && !run.ledger.state.mayHaveCreated(step.change.id);
    return {
      status: 'applied',
      remoteId: found.remoteId,
      state: found.state,
      etag: found.etag,
      correlationId,
      adopted,
    };
  }
  // Somebody else's: we have made nothing that an outcome or an audit event could speak of.
  return { status: 'failed', remoteId: null, state: null, correlationId, error: stale(step, correlationId) };
}

/**
 * If live is the desired state, the write was done. If live is the state before, or no look can tell, it is sent once
 * more. Anything else was done by somebody else. A write that moves traffic is looked at again when its time-out is over:
 * if it arrived after another split was restored, the name could pass 100.
 */
async function lookUpUpdate(
  run: ApplyRun,
  step: Step,
  progress: Progress,
  result: InDoubt,
  resend: () => Promise<WriteResult>,
): Promise<Settled> {
  const first = await lookOnce(run, step, progress, result);
  if (first !== 'not-done') return first;
  const second = await resend();
  if (second.outcome === 'done') return settleDone(run, step, second);
  const refused = second.outcome === 'refused' && second.code !== 'precondition' ? second : undefined;
  const lost = second.outcome === 'unknown' ? second : result;
  if (movesTraffic(step) && !isFinished(lost)) {
    const sentAt = lost.sentAt ?? run.clock.now();
    await run.clock.sleep(Math.max(0, sentAt + run.timeoutMs - run.clock.now()));
  }
  const last = refused === undefined || movesTraffic(step) ? await lookOnce(run, step, progress, result) : 'not-done';
  if (last !== 'not-done') return last;
  if (refused !== undefined) {
    const before = { remoteId: progress.remoteId, state: progress.confirmed, etag: progress.etag };
    return { ...before, status: 'failed', correlationId: result.correlationId, error: refusal(step, refused) };
  }
  const finished = isFinished(lost);
  return { ...unknown(step, progress, result.reason, result.correlationId), notDone: true, finished };
}

/** CXone answered in full, though the answer does not say what it did. */
function isFinished(result: WriteResult): boolean {
  return result.outcome === 'done' || (result.outcome === 'unknown' && result.finished === true);
}

/** It changes a split, or takes one to another name. */
function movesTraffic({ from, to }: Step): boolean {
  const [before, after] = [namedSplit(from), namedSplit(to)];
  return before !== null && (before.split !== after.split || (isRenamed(before, after) && after.split > 0));
}

async function lookOnce(
  run: ApplyRun,
  step: Step,
  { remoteId, confirmed }: Progress,
  { correlationId }: InDoubt,
): Promise<Settled | 'not-done'> {
  const live = await readLiveState(run, step, remoteId ?? '');
  const about = { remoteId, state: live?.state ?? null, etag: live?.etag, correlationId };
  if (live !== undefined && sameJson(live.state, step.to) && !unseen(step)) return { ...about, status: 'applied' };
  const untouched = live !== undefined && sameJson(live.state, confirmed);
  return untouched ? 'not-done' : { ...about, status: 'failed', error: stale(step, correlationId) };
}

type InDoubt = WriteResult & { outcome: 'unknown' };

function unknown(step: Step, { remoteId, confirmed, etag }: Progress, reason: string, correlationId?: string): Settled {
  const error = unknownOutcome(step, reason, correlationId);
  return { status: 'unknown', remoteId, state: confirmed, etag, correlationId, error };
}

function readFailed(error: unknown): OutcomeError {
  if (error instanceof KnownError) return { code: error.code, message: error.message };
  throw error;
}
