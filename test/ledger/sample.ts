import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { makeEvent } from '../../src/ledger/delivery/event.js';
import type { EntryBody } from '../../src/ledger/entry.js';
import { type FileLedgerOptions, fileLedger } from '../../src/ledger/file/file-ledger.js';
import { ledgerFile } from '../../src/ledger/file/ledger-file.js';
import { readLines } from '../../src/ledger/file/read-lines.js';
import { type Ledger, type LedgerOptions, openLedger } from '../../src/ledger/open-ledger.js';
import { type VerifyResult, verifyLedger } from '../../src/ledger/verify/verify.js';
import { sha256 } from '../../src/model/hash.js';
import { trustHash } from '../../src/model/trusted-settings.js';

export const ENDPOINT = 'https://acme.api.nicecxone.com';
export const START = Date.parse('2026-01-31T12:00:00.000Z');
export const CLAIMED = { actor: 'ada', run: 'https://ci.example.com/runs/7', pullRequest: null };

/** A clock that only moves when it is told to, and remembers how long it was asked to sleep. */
export function fakeClock(start = START) {
  let time = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    advance: (ms: number) => {
      time += ms;
    },
    sleep: (ms: number) => {
      slept.push(ms);
      time += ms;
      return Promise.resolve();
    },
  };
}

/** An empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

type MoreOptions = Partial<Omit<LedgerOptions, 'store'> & FileLedgerOptions>;

export function storeOptions(folder: string, more: MoreOptions = {}): FileLedgerOptions {
  return { folder, environment: 'prod', clock: fakeClock(), pid: 4242, hostname: 'runner', ...more };
}

export function ledgerOptions(folder: string, more: MoreOptions = {}): LedgerOptions {
  return {
    store: fileLedger(storeOptions(folder, more)),
    environment: 'prod',
    endpoint: ENDPOINT,
    clock: fakeClock(),
    randomId: () => 'ledger-1',
    ...more,
  };
}

/** Opens the ledger of `folder`, lets `work` write, and closes it. */
export async function inLedger<T>(
  folder: string,
  work: (ledger: Ledger) => Promise<T>,
  more: MoreOptions = {},
): Promise<T> {
  const ledger = await openLedger(ledgerOptions(folder, more));
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

export type IntentBody = Extract<EntryBody, { kind: 'intent' }>;
export type OutcomeBody = Extract<EntryBody, { kind: 'outcome' }>;

export function intent(more: Partial<IntentBody> = {}): IntentBody {
  return {
    kind: 'intent',
    id: 'SpeechEngine/Production ASR Engine@2.1.0',
    action: 'update',
    step: 'update',
    remoteId: 'engine-1',
    beforeHash: sha256('before'),
    afterHash: sha256('after'),
    payloadHash: sha256('after'),
    bodyHash: sha256('body'),
    planHash: sha256('plan'),
    git: { head: 'a'.repeat(40), dirty: false },
    claimed: CLAIMED,
    ...more,
  };
}

export function outcome(of: number, more: Partial<OutcomeBody> = {}): OutcomeBody {
  return {
    kind: 'outcome',
    intent: of,
    status: 'applied',
    remoteId: 'engine-1',
    resultHash: sha256('after'),
    correlationId: 'c0ffee',
    serverDate: '2026-01-31T12:00:00Z',
    event: null,
    ...more,
  };
}

/** The end of an apply. */
export function runEnd(more: Partial<Extract<EntryBody, { kind: 'run' }>> = {}): Extract<EntryBody, { kind: 'run' }> {
  return {
    kind: 'run',
    commit: 'a'.repeat(40),
    manifestHash: sha256('manifests'),
    planHash: sha256('plan'),
    status: 'applied',
    claimed: CLAIMED,
    ...more,
  };
}

/** One applied update with its audit event; resolves to the number of the outcome. */
export async function change(ledger: Ledger, remoteId = 'engine-1', now = START): Promise<number> {
  const { seq } = await ledger.append(intent({ remoteId }));
  const event = makeEvent(ledger.state, {
    eventType: 'speech.engine.configuration',
    targetId: remoteId,
    action: 'UPDATE',
    payloadHash: sha256('after'),
    now,
  });
  return (await ledger.append(outcome(seq, { remoteId, event }))).seq;
}

/** The same, delivered. */
export async function deliveredChange(ledger: Ledger, remoteId = 'engine-1'): Promise<void> {
  const seq = await change(ledger, remoteId);
  await ledger.append({ kind: 'delivering', outcome: seq });
  await ledger.append({ kind: 'delivered', outcome: seq, logId: `log-${seq}`, via: 'post', correlationId: null });
}

export function prodFile(folder: string): string {
  return ledgerFile(folder, 'prod');
}

export function verifyFolder(folder: string): Promise<VerifyResult> {
  return verifyLedger(readLines(prodFile(folder)), { environment: 'prod' });
}

/** The change of the test vector in docs/ledger.md: one traffic split, delivered, a quarter of a second an entry. */
export async function vectorChange(ledger: Ledger, clock: ReturnType<typeof fakeClock>): Promise<void> {
  clock.advance(250);
  const { seq } = await ledger.append(intent({ step: 'raise', remoteId: '8f1c2d' }));
  clock.advance(250);
  const event = makeEvent(ledger.state, {
    eventType: 'speech.engine.configuration',
    targetId: '8f1c2d',
    action: 'TRAFFIC_SPLIT',
    payloadHash: sha256('after'),
    now: clock.now(),
  });
  const closed = await ledger.append(outcome(seq, { remoteId: '8f1c2d', event }));
  clock.advance(250);
  await ledger.append({ kind: 'delivering', outcome: closed.seq });
  clock.advance(250);
  await ledger.append({ kind: 'delivered', outcome: closed.seq, logId: 'log-1', via: 'post', correlationId: 'c0ffee' });
}

/** The second test vector of docs/ledger.md: the kinds and members that the first one has not. */
export async function vectorOfOtherKinds(ledger: Ledger): Promise<void> {
  const settings = { baseUrl: ENDPOINT, guardrails: { maxChanges: 25 } };
  await ledger.append({
    kind: 'trust',
    trustHash: trustHash(settings),
    settings,
    accepted: 'first',
    claimed: CLAIMED,
  });
  await ledger.append({
    kind: 'override',
    reason: 'the old model is recalled',
    refusals: [{ code: 'max-changes', id: 'prod' }],
    planHash: sha256('plan'),
    git: null,
    claimed: CLAIMED,
  });
  const shift = { before: 90, after: 10, raises: ['SpeechEngine/Production ASR Engine@2.2.0'] };
  const { seq } = await ledger.append(intent({ step: 'lower', git: null, shift }));
  await ledger.append(outcome(seq, { status: 'failed', resultHash: sha256('before') }));
  const digest = 'a69042025a3170ba0fd5c818eebf64f538620cd02346590573479ec1ffab7fd3';
  const secret = { id: 'Webhook/QA', remoteId: 'webhook-1', header: 'X-Key', salt: '00'.repeat(16), digest };
  await ledger.append({ kind: 'secret', ...secret });
}
