import { readFileSync } from 'node:fs';
import { makeEvent } from '../../src/ledger/delivery/event.js';
import {
  canonicalEntry,
  type Entry,
  type EntryBody,
  type EntryOf,
  entryHash,
  NO_PREV,
} from '../../src/ledger/entry.js';
import type { Ledger } from '../../src/ledger/open-ledger.js';
import { sha256 } from '../../src/model/hash.js';
import type { JsonObject } from '../../src/model/json.js';
import { trustHash } from '../../src/model/trusted-settings.js';
import { testKey } from '../ledger/keys.js';
import {
  CLAIMED,
  deliveredChange,
  inLedger,
  intent,
  outcome,
  prodFile,
  runEnd,
  START,
  temporaryFolder,
} from '../ledger/sample.js';

/** The text of a ledger that the program wrote. */
export async function written(work: (ledger: Ledger) => Promise<unknown>): Promise<string> {
  const folder = temporaryFolder();
  await inLedger(folder, work);
  return readFileSync(prodFile(folder), 'utf8');
}

/** The same of a ledger that has every kind of entry, two keys among them. */
export async function signedTwice(work: (ledger: Ledger) => Promise<unknown> = everyKind): Promise<string> {
  const folder = temporaryFolder();
  const [key, next] = [testKey(1), testKey(2, 'next')];
  await inLedger(folder, work, { signer: { key, claimed: CLAIMED } });
  const signer = { key, next, claimed: CLAIMED };
  await inLedger(
    folder,
    async (ledger) => {
      await ledger.append(runEnd({ commit: null, status: 'no-changes' }));
      await deliveredChange(ledger, 'engine-9');
    },
    { signer },
  );
  return readFileSync(prodFile(folder), 'utf8');
}

/** Adds all that can happen: every kind of entry, each status of an outcome, each way of an audit event. */
async function everyKind(ledger: Ledger, target = 'engine-1'): Promise<void> {
  await ledger.append(trust({ baseUrl: 'https://acme.api.nicecxone.com', guardrails: {} }));
  const refusals = [{ code: 'protected', id: 'SpeechEngine/Ä \u{1f600}@1.0.0' }];
  const plan = { planHash: sha256('plan'), git: null, claimed: CLAIMED };
  await ledger.append({ kind: 'override', reason: 'the old\n"model" is recalled', refusals, ...plan });
  await created(ledger, target);
  await lowered(ledger, target);
  await failed(ledger, target);
  await webhookChanged(ledger, `${target}-webhook`);
}

export function trust(settings: JsonObject): EntryBody {
  const claimed = { ...CLAIMED, commit: 'b'.repeat(40) };
  return { kind: 'trust', trustHash: trustHash(settings), settings, accepted: 'operator', claimed };
}

/** A ledger of a hundred entries in which all of that happens more than once. */
export function hundredEntries(): Promise<string> {
  return written(fillToHundred);
}

/** Adds as many entries to a new ledger as it lacks to a hundred. */
export async function fillToHundred(ledger: Ledger): Promise<void> {
  for (const target of ['engine-1', 'engine-2', 'engine-3']) await everyKind(ledger, target);
  while (ledger.state.entries <= 96) await deliveredChange(ledger);
  while (ledger.state.entries < 100) await ledger.append(trust({ entries: ledger.state.entries }));
}

async function created(ledger: Ledger, target: string): Promise<void> {
  const post = await ledger.append(intent({ action: 'create', step: 'create', remoteId: null, beforeHash: null }));
  await ledger.append(outcome(post.seq, { remoteId: target }));
  const patch = await ledger.append(
    intent({ action: 'create', step: 'configure', remoteId: target, split: { before: 0, after: 100 } }),
  );
  const { seq } = await ledger.append(outcome(patch.seq, { remoteId: target, event: eventOf(ledger, target) }));
  await ledger.append({ kind: 'delivering', outcome: seq });
  await ledger.append({ kind: 'delivered', outcome: seq, logId: 'log', via: 'post', correlationId: null });
}

async function lowered(ledger: Ledger, target: string): Promise<void> {
  const shift = { before: 90, after: 10, raises: ['SpeechEngine/A@2.0.0'] };
  const patch = await ledger.append(intent({ step: 'lower', remoteId: target, shift }));
  await ledger.append(outcome(patch.seq, { remoteId: target, status: 'unknown', resultHash: null, finished: true }));
  await ledger.append(resolved(patch.seq, target));
  const { seq } = await ledger.append(outcome(patch.seq, { remoteId: target, event: eventOf(ledger, target) }));
  for (const answer of [null, 'log-7']) {
    await ledger.append({ kind: 'delivering', outcome: seq });
    await ledger.append({ kind: 'delivery-unknown', outcome: seq, reason: 'reset', correlationId: 'c0ffee' });
    await ledger.append(resolved(seq, answer));
  }
}

async function failed(ledger: Ledger, remoteId: string): Promise<void> {
  for (const status of ['failed', 'not-attempted'] as const) {
    const { seq } = await ledger.append(intent({ step: 'raise', remoteId, git: null }));
    const storedDifferently = [{ member: 'description', sentHash: sha256('sent') }];
    const more = status === 'failed' ? { storedDifferently } : { resultHash: null };
    await ledger.append(outcome(seq, { remoteId, status, serverDate: null, ...more }));
  }
}

async function webhookChanged(ledger: Ledger, remoteId: string): Promise<void> {
  const { seq: sent } = await ledger.append(intent({ remoteId }));
  const event = eventOf(ledger, remoteId, 'webhook.configuration');
  const { seq } = await ledger.append(outcome(sent, { remoteId, event }));
  const secret = { id: 'Webhook/QA', remoteId, header: 'X-Key', salt: 'ab'.repeat(16), digest: sha256('digest') };
  await ledger.append({ kind: 'secret', ...secret });
  await ledger.append({ kind: 'delivering', outcome: seq });
  await ledger.append({ ...resolved(seq, null), by: 'refused', reason: '429', claimed: null });
  await ledger.append({ kind: 'delivering', outcome: seq });
  await ledger.append({ kind: 'delivered', outcome: seq, logId: 'log', via: 'lookup', correlationId: null });
}

function resolved(subject: number, answer: string | null): Extract<EntryBody, { kind: 'resolved' }> {
  return { kind: 'resolved', subject, answer, by: 'person', reason: null, claimed: CLAIMED };
}

type AuditEvent = NonNullable<EntryOf<'outcome'>['event']>;

function eventOf(
  ledger: Ledger,
  targetId: string,
  eventType: AuditEvent['eventType'] = 'speech.engine.configuration',
): AuditEvent {
  return makeEvent(ledger.state, { eventType, targetId, action: 'UPDATE', payloadHash: sha256('after'), now: START });
}

export function entriesOf(ledger: string): Entry[] {
  return ledger
    .trimEnd()
    .split('\n')
    .map((line): Entry => JSON.parse(line));
}

/**
 * The text of a forged ledger that hangs together: numbers, `prev` and `hash` are right, whatever the entries say. The
 * one at `asItIs` is not touched.
 */
export function forged(entries: readonly Entry[], asItIs = -1): string {
  let prev = NO_PREV;
  return entries
    .map((each, index) => {
      const entry = index === asItIs ? each : sealed({ ...each, seq: index + 1, prev });
      prev = entry.hash;
      return `${canonicalEntry(entry)}\n`;
    })
    .join('');
}

/** The same entry with the hash of what it says. */
export function sealed(entry: Entry): Entry {
  return { ...entry, hash: entryHash(entry) };
}
