import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalEntry, type Entry, type EntryOf, entryHash, NO_PREV } from '../../../src/ledger/entry.js';
import type { Line } from '../../../src/ledger/file/read-lines.js';
import type { Ledger } from '../../../src/ledger/open-ledger.js';
import { verifyLedger } from '../../../src/ledger/verify/verify.js';
import { trustHash } from '../../../src/model/trusted-settings.js';
import {
  CLAIMED,
  change,
  deliveredChange,
  ENDPOINT,
  inLedger,
  intent,
  outcome,
  prodFile,
  temporaryFolder,
  verifyFolder,
} from '../sample.js';

async function sampleEntries(): Promise<Entry[]> {
  const folder = temporaryFolder();
  await inLedger(folder, async (ledger) => {
    await deliveredChange(ledger);
    await deliveredChange(ledger, 'engine-2');
    const settings = { baseUrl: ENDPOINT };
    const trusted = { trustHash: trustHash(settings), settings, accepted: 'first', claimed: CLAIMED } as const;
    await ledger.append({ kind: 'trust', ...trusted });
  });
  const text = readFileSync(prodFile(folder), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): Entry => JSON.parse(line));
}

/** Makes a forged ledger hang together: numbers, `prev` and `hash` are right, whatever the entries say. */
function rechain(entries: readonly Entry[]): Entry[] {
  let prev = NO_PREV;
  return entries.map((entry, index) => {
    const linked = { ...entry, seq: index + 1, prev };
    prev = entryHash(linked);
    return { ...linked, hash: prev };
  });
}

async function* linesOf(entries: readonly Entry[]): AsyncGenerator<Line[]> {
  for (const entry of entries) yield [{ bytes: Buffer.from(canonicalEntry(entry)), finished: true }];
}

/** An object of so many, each in the one before. */
function nested(depth: number): Record<string, unknown> {
  return depth === 1 ? {} : { in: nested(depth - 1) };
}

const verify = (entries: readonly Entry[]) => verifyLedger(linesOf(entries), { environment: 'prod' });

describe('a ledger whose bytes were changed', () => {
  test.each<[string, (entries: Entry[]) => Entry[], number, string]>([
    ['an entry taken out', (all) => all.toSpliced(4, 1), 5, 'gap'],
    ['its genesis taken out', (all) => all.slice(1), 1, 'gap'],
    ['two entries swapped', ([a, b, c, ...rest]) => [a, c, b, ...rest].filter((one) => one !== undefined), 2, 'gap'],
    ['an entry twice', (all) => all.flatMap((one) => (one.seq === 3 ? [one, one] : [one])), 4, 'gap'],
    [
      'an entry rewritten with its own hash right',
      (all) => all.map((one) => (one.seq === 3 ? rehash({ ...one, time: '2026-02-01T00:00:00.000Z' }) : one)),
      4,
      'chain-broken',
    ],
    ['a hash of nothing', (all) => all.map((one) => (one.seq === 3 ? { ...one, hash: NO_PREV } : one)), 3, 'hash'],
  ])('by %s is found', async (_, forge, seq, code) => {
    const result = await verify(forge(await sampleEntries()));
    expect(result).toMatchObject({ clean: false, entries: seq - 1, fault: { seq, code } });
  });

  test('into another text of the same entry is found', async () => {
    const [first, ...rest] = await sampleEntries();
    async function* lines(): AsyncGenerator<Line[]> {
      yield [{ bytes: Buffer.from(JSON.stringify(first, null, 1).replaceAll('\n', '')), finished: true }];
      yield* linesOf(rest);
    }
    expect((await verifyLedger(lines())).fault).toMatchObject({ seq: 1, code: 'not-canonical' });
  });

  test.each(['\\ud800', '\\udc00\\ud800'])('into text that canonical JSON can not hold is found: %s', async (text) => {
    const lines = (await sampleEntries()).map((entry) => canonicalEntry(entry));
    async function* source(): AsyncGenerator<Line[]> {
      for (const line of lines) yield [{ bytes: Buffer.from(line.replace('"log-3"', `"${text}"`)), finished: true }];
    }
    expect((await verifyLedger(source())).fault).toMatchObject({ seq: 5, code: 'not-canonical' });
  });

  test('into nothing is found', async () => {
    const folder = temporaryFolder();
    writeFileSync(prodFile(folder), '');
    expect((await verifyFolder(folder)).fault?.code).toBe('empty');
  });

  test('into one endless line is found, without reading it all into memory', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    writeFileSync(prodFile(folder), 'x'.repeat(5 * 1024 * 1024), { flag: 'a' });
    expect((await verifyFolder(folder)).fault).toMatchObject({ seq: 6, code: 'line-too-long' });
  });
});

describe('a ledger that hangs together but can not be true', () => {
  const patch = (seq: number, more: Record<string, unknown>) => (all: Entry[]) =>
    rechain(all.map((one) => (one.seq === seq ? { ...one, ...more } : one)));
  const patchEvent = (seq: number, more: Record<string, unknown>) => (all: Entry[]) =>
    patch(seq, { event: { ...outcomeOf(all, seq).event, ...more } })(all);
  const put =
    (...seqs: number[]) =>
    (all: Entry[]) =>
      rechain(seqs.flatMap((seq) => all[seq - 1] ?? []));

  // 1 genesis, 2 intent, 3 outcome, 4 delivering, 5 delivered; 6 to 9 the same for engine-2; 10 trust.
  test.each<[string, (entries: Entry[]) => Entry[], number, string]>([
    ['does not start with a genesis', put(2, 3, 4, 5), 1, 'no-genesis'],
    ['has a second genesis', put(1, 2, 1), 3, 'second-genesis'],
    ['has an entry of another ledger', patch(4, { ledgerId: 'another' }), 4, 'foreign-entry'],
    ['mixes a simulator with real endpoints', patch(4, { endpoint: 'http://127.0.0.1:1' }), 4, 'mixed-endpoints'],
    ['is of another environment', patch(1, { environment: 'dev' }), 1, 'other-environment'],
    ['trusts settings that are not those of its hash', patch(10, { settings: { baseUrl: 'evil' } }), 10, 'trust-hash'],
    ['is nested deeper than anyone reads', patch(10, { settings: nested(100) }), 10, 'not-an-entry'],
    ['is of version 1', (all) => rechain(all.map((one) => Object.assign({}, one, { v: 1 }))), 1, 'old-version'],
    ['has an entry of version 1', patch(4, { v: 1 }), 4, 'old-version'],
    ['is of a newer version', patch(4, { v: 3 }), 4, 'not-an-entry'],
    ['has a kind that nobody knows', patch(4, { kind: 'surprise' }), 4, 'not-an-entry'],
    ['has a member that nobody knows', patch(4, { surprise: true }), 4, 'not-an-entry'],
    ['has an outcome without an intent', patch(3, { intent: 1 }), 3, 'outcome-without-intent'],
    ['has two outcomes of one intent', put(1, 2, 3, 3), 4, 'outcome-without-intent'],
    [
      'has an outcome of another endpoint than its intent',
      patch(3, { endpoint: `${ENDPOINT}x` }),
      3,
      'outcome-without-intent',
    ],
    ['has an outcome about something else', patch(3, { remoteId: 'engine-9' }), 3, 'outcome-unclear'],
    ['applied nothing', patch(3, { resultHash: null, event: null }), 3, 'outcome-unclear'],
    ['applied what it was not about to', patch(3, { resultHash: NO_PREV }), 3, 'outcome-unclear'],
    ['is about to lead elsewhere than its change', patch(2, { afterHash: NO_PREV }), 2, 'intent-unclear'],
    ['has an event of an unknown outcome', patch(3, { status: 'unknown' }), 3, 'event-unclear'],
    ['has an event about another target', patchEvent(3, { targetId: 'engine-9' }), 3, 'event-unclear'],
    ['has an event with another hash', patchEvent(3, { payloadHash: NO_PREV }), 3, 'event-unclear'],
    ['has a create that names what it changes', patch(2, { step: 'create' }), 2, 'intent-unclear'],
    ['has an update that names nothing', patch(2, { remoteId: null }), 2, 'intent-unclear'],
    ['delivered what was not sent', put(1, 2, 3, 5), 4, 'no-open-delivery'],
    ['delivered an event twice', put(1, 2, 3, 4, 5, 5), 6, 'no-open-delivery'],
    ['sent an event again that had arrived', put(1, 2, 3, 4, 5, 4), 6, 'no-open-delivery'],
  ])('because it %s is found', async (_, forge, seq, code) => {
    const result = await verify(forge(await sampleEntries()));
    expect(result).toMatchObject({ entries: seq - 1, fault: { seq, code } });
  });

  test('because two events of one target have the same time is found', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async (ledger) => {
      await deliveredChange(ledger);
      await deliveredChange(ledger);
    });
    const entries = readFileSync(prodFile(folder), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): Entry => JSON.parse(line));
    const { timestamp } = outcomeOf(entries, 3).event ?? {};
    expect((await verify(patchEvent(7, { timestamp })(entries))).fault).toMatchObject({
      seq: 7,
      code: 'event-unclear',
    });
  });
});

describe('a good ledger', () => {
  test('is clean, and its head is the hash of its last entry', async () => {
    const entries = await sampleEntries();
    expect(await verify(entries)).toMatchObject({
      clean: true,
      ledgerId: 'ledger-1',
      entries: 10,
      head: entries.at(-1)?.hash,
      delivered: 2,
      fault: undefined,
      openIntents: [],
      undelivered: [],
      deliveryUnknown: [],
      unaudited: [],
    });
  });

  test.each<[string, (ledger: Ledger) => Promise<unknown>, object]>([
    ['an intent is open', (ledger) => ledger.append(intent()), { openIntents: [{ entry: { seq: 2 } }] }],
    ['an event is undelivered', (ledger) => change(ledger), { undelivered: [{ seq: 3, status: 'pending' }] }],
    ['a change is unaudited', unaudited, { unaudited: [{ seq: 3, remoteId: 'engine-3' }] }],
  ])('is not clean while %s', async (_, work, found) => {
    const folder = temporaryFolder();
    await inLedger(folder, work);
    expect(await verifyFolder(folder)).toMatchObject({ clean: false, fault: undefined, ...found });
  });

  test('that was cut at the end of a line still hangs together: only a copy of its head shows that', async () => {
    const entries = await sampleEntries();
    const whole = await verify(entries);
    const cut = await verify(entries.slice(0, 5));
    expect(cut.clean).toBe(true);
    expect(cut.head).not.toBe(whole.head);
  });
});

async function unaudited(ledger: Ledger): Promise<void> {
  const post = await ledger.append(intent({ action: 'create', step: 'create', remoteId: null, beforeHash: null }));
  await ledger.append(outcome(post.seq, { remoteId: 'engine-3' }));
}

function rehash(entry: Entry): Entry {
  return { ...entry, hash: entryHash(entry) };
}

function outcomeOf(entries: readonly Entry[], seq: number): EntryOf<'outcome'> {
  const entry = entries[seq - 1];
  if (entry?.kind !== 'outcome') throw new Error(`entry ${seq} is no outcome`);
  return entry;
}
