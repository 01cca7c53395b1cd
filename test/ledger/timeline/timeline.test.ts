import { describe, expect, test } from 'vitest';
import { readLines } from '../../../src/ledger/file/read-lines.js';
import type { Ledger } from '../../../src/ledger/open-ledger.js';
import { createTimeline } from '../../../src/ledger/timeline/timeline.js';
import { type TimelineFilter, timelineFilter } from '../../../src/ledger/timeline/timeline-filter.js';
import { verifyLedger } from '../../../src/ledger/verify/verify.js';
import type { TimelineRow } from '../../../src/model/generated/audit-show.js';
import { sha256 } from '../../../src/model/hash.js';
import { testKey } from '../keys.js';
import {
  CLAIMED,
  change,
  deliveredChange,
  inLedger,
  intent,
  outcome,
  prodFile,
  runEnd,
  temporaryFolder,
} from '../sample.js';

/** The rows of a ledger that `work` writes, and how many there were after each entry. */
async function rowsOf(work: (ledger: Ledger) => Promise<unknown>, limit?: number) {
  const folder = temporaryFolder();
  await inLedger(folder, work);
  return rowsIn(folder, limit);
}

async function rowsIn(folder: string, limit?: number) {
  const rows: TimelineRow[] = [];
  const counts: number[] = [];
  const timeline = createTimeline((row) => rows.push(row), limit);
  const { fault } = await verifyLedger(readLines(prodFile(folder)), {
    onEntry(entry) {
      timeline.add(entry);
      counts.push(rows.length);
    },
  });
  expect(fault).toBeUndefined();
  timeline.end();
  return { rows, counts };
}

const unknownDelivery = (seq: number) =>
  ({ kind: 'delivery-unknown', outcome: seq, reason: 'reset', correlationId: null }) as const;

function secret(header: string, remoteId = 'hook-1') {
  const id = 'Webhook/Hook';
  return { kind: 'secret', id, remoteId, header, salt: '0'.repeat(32), digest: '0'.repeat(64) } as const;
}

describe('a timeline', () => {
  test('has one row for a request, its outcome and its audit event', async () => {
    const { rows } = await rowsOf(deliveredChange);
    expect(rows).toEqual([
      expect.objectContaining({
        kind: 'change',
        seq: 2,
        status: 'applied',
        outcome: 3,
        beforeHash: sha256('before'),
        resultHash: sha256('after'),
        event: expect.objectContaining({ outcome: 3, status: 'delivered', logId: 'log-3', via: 'post' }),
      }),
    ]);
  });

  test('keeps the order in which requests began, whichever ends first', async () => {
    const { rows } = await rowsOf(async (ledger) => {
      const slow = await ledger.append(intent({ remoteId: 'slow' }));
      await deliveredChange(ledger, 'quick');
      await ledger.append(outcome(slow.seq, { remoteId: 'slow', status: 'failed' }));
    });
    expect(rows).toMatchObject([
      { remoteId: 'slow', status: 'failed', event: null },
      { remoteId: 'quick', status: 'applied' },
    ]);
  });

  test('tells what is open, unknown, pending, and refused and pending again', async () => {
    const { rows } = await rowsOf(async (ledger) => {
      await ledger.append(intent({ remoteId: 'open' }));
      const { seq } = await ledger.append(intent({ remoteId: 'unknown' }));
      await ledger.append(outcome(seq, { remoteId: 'unknown', status: 'unknown', resultHash: null }));
      await change(ledger, 'pending');
      const refused = await change(ledger, 'refused');
      await ledger.append({ kind: 'delivering', outcome: refused });
      const answer = { answer: null, by: 'refused', reason: '400', claimed: null } as const;
      await ledger.append({ kind: 'resolved', subject: refused, ...answer });
      await ledger.append({ kind: 'delivering', outcome: await change(ledger, 'sent') });
    });
    expect(rows).toMatchObject([
      { remoteId: 'open', status: 'open', outcome: null, closedAt: null },
      { remoteId: 'unknown', status: 'unknown', resultHash: null },
      { remoteId: 'pending', event: { status: 'pending', logId: null } },
      { remoteId: 'refused', event: { status: 'pending' } },
      { remoteId: 'sent', event: { status: 'sent' } },
    ]);
  });

  test('shows what a person settled, in the row itself and as a row of its own', async () => {
    const { rows } = await rowsOf(async (ledger) => {
      const seq = await change(ledger);
      await ledger.append({ kind: 'delivering', outcome: seq });
      await ledger.append(unknownDelivery(seq));
      const answer = { answer: 'log-9', by: 'person', reason: 'seen in the log', claimed: CLAIMED } as const;
      await ledger.append({ kind: 'resolved', subject: seq, ...answer });
    });
    expect(rows).toMatchObject([
      { kind: 'change', seq: 2, event: { status: 'delivered', logId: 'log-9', via: 'person' } },
      { kind: 'resolution', change: 2, about: 'event', answer: 'log-9', claimed: { actor: 'ada' } },
    ]);
  });

  test('puts the headers that went out together into one row, with who sent them', async () => {
    const { rows } = await rowsOf(async (ledger) => {
      const { seq } = await ledger.append(intent({ id: 'Webhook/Hook', remoteId: 'hook-1' }));
      await ledger.append(outcome(seq, { remoteId: 'hook-1', status: 'failed' }));
      await ledger.append(secret('X-A'));
      await ledger.append(secret('X-B'));
      await ledger.append(secret('X-A', 'hook-2'));
      await ledger.append(secret('X-A'));
      await deliveredChange(ledger);
      await ledger.append(secret('X-A'));
    });
    expect(rows.filter(({ kind }) => kind === 'headers')).toMatchObject([
      { remoteId: 'hook-1', headers: ['X-A', 'X-B'], claimed: { actor: 'ada' } },
      { remoteId: 'hook-2', headers: ['X-A'], claimed: null },
      { remoteId: 'hook-1', headers: ['X-A'] },
      { remoteId: 'hook-1', headers: ['X-A'] },
    ]);
    expect(JSON.stringify(rows)).not.toContain('0'.repeat(32));
  });

  test('has a row for each key, with the one in whose place it came', async () => {
    const folder = temporaryFolder();
    const [key, next] = [testKey(1), testKey(2)];
    await inLedger(folder, (ledger) => deliveredChange(ledger), { signer: { key, claimed: CLAIMED } });
    await inLedger(folder, async () => undefined, { signer: { key, next, claimed: CLAIMED } });
    const { rows } = await rowsIn(folder);
    expect(rows).toMatchObject([
      { kind: 'key', seq: 2, publicKey: key.text, previousKey: null, claimed: CLAIMED },
      { kind: 'change', seq: 3 },
      { kind: 'key', seq: 7, publicKey: next.text, previousKey: key.text },
    ]);
  });

  test('has a row for each run that ended, and an open change before it is not lost', async () => {
    const { rows } = await rowsOf(async (ledger) => {
      await ledger.append(intent());
      await ledger.append(runEnd({ status: 'incomplete' }));
      await ledger.append(runEnd({ commit: null, status: 'no-changes' }));
    });
    const { kind, ...members } = runEnd({ status: 'incomplete' });
    expect(rows).toMatchObject([
      { kind: 'change', status: 'open' },
      { kind, seq: 3, ...members },
      { kind, seq: 4, commit: null, status: 'no-changes' },
    ]);
  });

  test('gives rows out as soon as they are settled', async () => {
    const { counts } = await rowsOf(async (ledger) => {
      for (let one = 0; one < 3; one += 1) await deliveredChange(ledger, `engine-${one}`);
    });
    // genesis, then four entries a change
    expect(counts).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3]);
  });

  test('holds no more rows than its limit, and what becomes of one that left is a row of its own', async () => {
    const { rows, counts } = await rowsOf(async (ledger) => {
      const old = await ledger.append(intent({ remoteId: 'old' }));
      for (let one = 0; one < 4; one += 1) await deliveredChange(ledger, `engine-${one}`);
      const event = await change(ledger, 'other');
      const { seq } = await ledger.append(outcome(old.seq, { remoteId: 'old', status: 'failed' }));
      expect(seq).toBe(event + 1);
    }, 2);
    expect(counts.at(-1)).toBe(5);
    expect(rows.map(({ kind }) => kind)).toEqual([...Array(6).fill('change'), 'settlement']);
    expect([rows[0], rows.at(-1)]).toMatchObject([
      { seq: 2, status: 'open' },
      { kind: 'settlement', change: 2, status: 'failed', claimed: { actor: 'ada' } },
    ]);
  });
});

describe('a filter', () => {
  const all: TimelineFilter = { engine: [], since: null, until: null, actor: null };
  const at = { kind: 'settlement', seq: 9, time: '2026-01-31T12:00:00.000Z', endpoint: 'x', event: null } as const;
  const row: TimelineRow = { ...at, id: 'SpeechEngine/IVR@1.0.0', change: 2, status: 'applied', claimed: CLAIMED };
  const tail: TimelineRow = { ...at, kind: 'dropped-tail', bytes: 1, sha256: sha256('') };

  test.each<[string, Partial<TimelineFilter>, boolean]>([
    ['nothing asked', {}, true],
    ['its identity', { engine: ['Webhook/*', 'SpeechEngine/IVR@*'] }, true],
    ['a part of its identity', { engine: ['IVR'] }, false],
    ['its actor', { actor: 'ada' }, true],
    ['a part of its actor', { actor: 'ad' }, false],
    ['its very instant', { since: at.time, until: at.time }, true],
    ['later ones', { since: '2026-01-31T12:00:00.001Z' }, false],
    ['earlier ones', { until: '2026-01-31T11:59:59.999Z' }, false],
  ])('by %s', (_name, filter, expected) => {
    expect(timelineFilter({ ...all, ...filter })(row)).toBe(expected);
  });

  test('leaves out what is about no identity, or by nobody, where one is asked for', () => {
    const filters = [all, { ...all, engine: ['*'] }, { ...all, actor: 'ada' }];
    expect(filters.map((filter) => timelineFilter(filter)(tail))).toEqual([true, false, false]);
  });

  test('finds an override by what it let pass', () => {
    const refusals = [{ code: 'protected', id: 'SpeechEngine/IVR@1.0.0' }];
    const { event: _, ...place } = at;
    const override: TimelineRow = {
      ...place,
      kind: 'override',
      reason: 'r',
      refusals,
      planHash: sha256(''),
      git: null,
      claimed: CLAIMED,
    };
    const found = ['*/IVR@*', 'Webhook/*'].map((one) => timelineFilter({ ...all, engine: [one] })(override));
    expect(found).toEqual([true, false]);
  });
});
