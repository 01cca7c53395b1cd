import { describe, expect, test } from 'vitest';
import type { AuditAnswer, AuditLog, AuditRow } from '../../../src/ledger/delivery/audit-log.js';
import { deliver, deliverOne } from '../../../src/ledger/delivery/deliver.js';
import { resolveDelivery } from '../../../src/ledger/delivery/resolve-delivery.js';
import type { Ledger } from '../../../src/ledger/open-ledger.js';
import { KnownError } from '../../../src/model/known-error.js';
import { CLAIMED, change, fakeClock, inLedger, temporaryFolder, verifyFolder } from '../sample.js';

type Wire = 'done' | 'refused' | 'not-sent' | 'lost-before' | 'lost-after';

/** An audit log that keeps rows, and whose wire does to each POST what it is told, then works. */
function auditLog(wire: Wire[] = [], reading: 'on' | 'unsupported' | 'broken' = 'on') {
  const rows: AuditRow[] = [];
  const calls: string[] = [];
  const plan = [...wire];
  const state = { reading };
  const log: AuditLog = {
    post: async (event): Promise<AuditAnswer> => {
      calls.push('post');
      const fate = plan.shift() ?? 'done';
      const logId = `log-${rows.length + 1}`;
      if (fate === 'done' || fate === 'lost-after') rows.push({ ...event, logId });
      if (fate === 'done') return { outcome: 'done', logId, correlationId: 'c1' };
      if (fate === 'refused' || fate === 'not-sent') return { outcome: fate, reason: 'no luck' };
      return { outcome: 'unknown', reason: 'the connection was reset', correlationId: 'c1' };
    },
    // It ignores the filter, as a server may.
    list: async () => {
      calls.push('list');
      if (state.reading === 'broken') throw new KnownError('NetworkError', 'no route');
      return state.reading === 'unsupported' ? 'unsupported' : rows;
    },
  };
  return { log, rows, calls, state };
}

const options = (clock = fakeClock()) => ({ clock, listLagMs: 5_000, timeoutMs: 30_000 });

async function run(folder: string, log: AuditLog, clock = fakeClock()) {
  return inLedger(folder, (ledger) => deliver(ledger, log, options(clock)));
}

/** A run that recorded a change, said that it sends its event, and died. `arrived` tells whether it had left. */
async function killedWhileSending(folder: string, { log, rows }: ReturnType<typeof auditLog>, arrived: boolean) {
  await inLedger(folder, async (ledger) => {
    const seq = await change(ledger);
    await ledger.append({ kind: 'delivering', outcome: seq });
    const event = ledger.state.delivery(seq)?.event;
    if (arrived && event !== undefined) rows.push({ ...event, logId: 'log-1' });
  });
  return log;
}

async function changed(folder: string): Promise<void> {
  await inLedger(folder, (ledger) => change(ledger));
}

function kinds(ledger: Ledger): string[] {
  return [...ledger.state.undelivered, ...ledger.state.deliveryUnknown].map(({ status }) => status);
}

describe('one run', () => {
  test.each<[Wire, string, number, string[]]>([
    ['done', 'delivered', 1, ['post']],
    ['refused', 'pending', 0, ['post']],
    ['not-sent', 'pending', 0, ['post']],
    ['lost-before', 'pending', 0, ['post', 'list']],
    ['lost-after', 'delivered', 1, ['post', 'list']],
  ])('whose POST is %s ends %s, with %i rows', async (wire, status, count, called) => {
    const folder = temporaryFolder();
    await changed(folder);
    const { log, rows, calls } = auditLog([wire]);
    const summary = await run(folder, log);
    expect(summary).toMatchObject({ delivered: [], pending: [], unknown: [], [status]: [{ seq: 3, status }] });
    expect(rows).toHaveLength(count);
    expect(calls).toEqual(called);
  });

  test.each<Wire>(['refused', 'not-sent', 'lost-before', 'lost-after'])(
    'whose POST is %s is followed by one that leaves exactly one row and a clean ledger',
    async (wire) => {
      const folder = temporaryFolder();
      await changed(folder);
      const { log, rows } = auditLog([wire]);
      await run(folder, log);
      await run(folder, log);
      expect(rows).toHaveLength(1);
      expect((await verifyFolder(folder)).clean).toBe(true);
    },
  );

  test('never sends an event twice after an ambiguous answer, though it is asked to', async () => {
    const folder = temporaryFolder();
    await changed(folder);
    const { log, calls } = auditLog(['lost-before']);
    await inLedger(folder, async (ledger) => {
      await deliver(ledger, log, options());
      const again = await deliver(ledger, log, options());
      expect(again.pending).toMatchObject([
        { reason: 'this run sent it already; the next one looks whether it arrived' },
      ]);
    });
    expect(calls).toEqual(['post', 'list']);
  });

  test('sends an event once when it is asked twice at the same time', async () => {
    const folder = temporaryFolder();
    const { log, rows } = auditLog();
    await killedWhileSending(folder, auditLog(), false);
    await inLedger(folder, async (ledger) => {
      await Promise.all([1, 2, 3].map(() => deliverOne(ledger, log, { seq: 3 }, options())));
    });
    expect(rows).toHaveLength(1);
  });

  test('waits past the lag before it reads the audit log', async () => {
    const folder = temporaryFolder();
    await changed(folder);
    const clock = fakeClock();
    await run(folder, auditLog(['lost-before']).log, clock);
    expect(clock.slept).toEqual([5_000]);
  });

  test('keeps an event pending when the audit log can not be read just now, and asks again later', async () => {
    const folder = temporaryFolder();
    await changed(folder);
    const { log, rows, state } = auditLog(['lost-after'], 'broken');
    const summary = await run(folder, log);
    expect(summary.pending).toMatchObject([{ reason: expect.stringContaining('no route') }]);
    state.reading = 'on';
    await run(folder, log);
    expect(rows).toHaveLength(1);
    expect((await verifyFolder(folder)).clean).toBe(true);
  });

  test('delivers many events at once and keeps the order of the ledger in its summary', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async (ledger) => {
      for (let index = 0; index < 20; index++) await change(ledger, `engine-${index}`);
    });
    const { log, rows } = auditLog();
    const { delivered } = await run(folder, log);
    expect(delivered.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => 2 * index + 3));
    expect(rows).toHaveLength(20);
  });
});

describe('a run after one that was killed while it sent', () => {
  test('finds the event that had arrived, and sends nothing', async () => {
    const folder = temporaryFolder();
    const audit = auditLog();
    await killedWhileSending(folder, audit, true);
    const { delivered } = await run(folder, audit.log);
    expect(delivered).toEqual([{ status: 'delivered', seq: 3, logId: 'log-1' }]);
    expect(audit.calls).toEqual(['list']);
  });

  test('sends the same bytes when they had not arrived', async () => {
    const folder = temporaryFolder();
    const audit = auditLog();
    await killedWhileSending(folder, audit, false);
    await run(folder, audit.log);
    expect(audit.calls).toEqual(['list', 'post']);
    expect(audit.rows).toMatchObject([{ timestamp: '2026-01-31T12:00:00Z', targetId: 'engine-1' }]);
  });

  test('takes a row that differs in one member for another event', async () => {
    for (const other of [
      { source: 'SomethingElse' },
      { eventType: 'webhook.configuration' },
      { targetId: 'engine-2' },
      { action: 'DEPLOY' },
      { payloadHash: '0'.repeat(64) },
      { timestamp: '2026-01-31T12:00:01Z' },
    ]) {
      const folder = temporaryFolder();
      const audit = auditLog();
      await killedWhileSending(folder, audit, true);
      audit.rows.splice(0, 1, ...audit.rows.map((row) => ({ ...row, ...other })));
      await run(folder, audit.log);
      expect(audit.calls).toEqual(['list', 'post']);
    }
  });

  test('knows its event when the audit log spells the same instant with milliseconds', async () => {
    const folder = temporaryFolder();
    const audit = auditLog();
    await killedWhileSending(folder, audit, true);
    audit.rows.splice(0, 1, ...audit.rows.map((row) => ({ ...row, timestamp: '2026-01-31T12:00:00.000Z' })));
    await run(folder, audit.log);
    expect(audit.calls).toEqual(['list']);
  });

  test('waits for the time-out and the lag, for a 429 may have held the event back, and not at all when it comes much later', async () => {
    for (const [laterMs, waits] of [
      [0, 35_000],
      [1_800_000, 35_000],
      [-1_800_000, 35_000],
      [3_600_000, 0],
    ] as const) {
      const folder = temporaryFolder();
      const audit = auditLog();
      await killedWhileSending(folder, audit, true);
      const clock = fakeClock();
      clock.advance(laterMs);
      await run(folder, audit.log, clock);
      expect(clock.slept).toEqual([waits]);
    }
  });
});

describe('an audit log that can not be read', () => {
  test('gets an event whose first POST was refused again, for it can not have arrived', async () => {
    const folder = temporaryFolder();
    await changed(folder);
    const { log, rows } = auditLog(['not-sent', 'refused'], 'unsupported');
    for (const _ of [1, 2, 3]) await run(folder, log);
    expect(rows).toHaveLength(1);
    expect((await verifyFolder(folder)).clean).toBe(true);
  });

  test.each([true, false])('never gets a doubtful event again by itself (it had arrived: %s)', async (arrived) => {
    const folder = temporaryFolder();
    await changed(folder);
    const { log, calls } = auditLog([arrived ? 'lost-after' : 'lost-before'], 'unsupported');
    for (const _ of [1, 2, 3]) {
      const { unknown } = await run(folder, log);
      expect(unknown).toMatchObject([{ seq: 3, reason: expect.stringContaining("can't be read") }]);
    }
    expect(calls).toEqual(['post', 'list']);
    const result = await verifyFolder(folder);
    expect(result).toMatchObject({ clean: false, fault: undefined, entries: 5, deliveryUnknown: [{ seq: 3 }] });
  });

  test('makes the delivery of a killed run unknown', async () => {
    const folder = temporaryFolder();
    const audit = auditLog([], 'unsupported');
    await killedWhileSending(folder, audit, true);
    const { unknown } = await run(folder, audit.log);
    expect(unknown).toMatchObject([{ seq: 3 }]);
    expect(audit.calls).toEqual(['list']);
  });
});

describe('resolving an unknown delivery', () => {
  async function unknownDelivery() {
    const folder = temporaryFolder();
    await changed(folder);
    const audit = auditLog(['lost-before'], 'unsupported');
    await run(folder, audit.log);
    return { folder, ...audit };
  }

  test('as absent sends it again', async () => {
    const { folder, log, rows } = await unknownDelivery();
    await inLedger(folder, (ledger) => resolveDelivery(ledger, 3, 'absent', CLAIMED));
    await run(folder, log);
    expect(rows).toHaveLength(1);
    expect(await verifyFolder(folder)).toMatchObject({ clean: true, delivered: 1 });
  });

  test('with the id that it got counts as delivered', async () => {
    const { folder, log, calls } = await unknownDelivery();
    await inLedger(folder, async (ledger) => {
      await resolveDelivery(ledger, 3, { logId: 'log-77' }, CLAIMED);
      expect(kinds(ledger)).toEqual([]);
    });
    const before = calls.length;
    await run(folder, log);
    expect(calls).toHaveLength(before);
    expect(await verifyFolder(folder)).toMatchObject({ clean: true, delivered: 1 });
  });

  test('is refused for what was never sent, for what was delivered, and for what is no outcome', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async (ledger) => {
      const seq = await change(ledger);
      await expect(resolveDelivery(ledger, seq, 'absent', CLAIMED)).rejects.toThrow(
        'holds an audit event that was not sent',
      );
      await deliver(ledger, auditLog().log, options());
      for (const wrong of [seq, 1, 99]) {
        await expect(resolveDelivery(ledger, wrong, 'absent', CLAIMED)).rejects.toMatchObject({ code: 'LedgerError' });
      }
    });
  });
});

describe('what a server says', () => {
  test('fits into an entry, however odd it is', async () => {
    const folder = temporaryFolder();
    await changed(folder);
    const log: AuditLog = {
      post: async () => ({ outcome: 'refused', reason: `\ud800${'x'.repeat(5_000)}\udc00` }),
      list: async () => [],
    };
    const { pending } = await run(folder, log);
    expect(pending).toHaveLength(1);
    expect((await verifyFolder(folder)).fault).toBeUndefined();
  });
});
