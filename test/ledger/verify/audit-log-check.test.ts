import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../src/ledger/entry.js';
import { readLines } from '../../../src/ledger/file/read-lines.js';
import { type AuditLogCheckOptions, auditLogCheck, type FoundRow } from '../../../src/ledger/verify/audit-log-check.js';
import { type Finding, openFindings } from '../../../src/ledger/verify/findings.js';
import { collectEvents } from '../../../src/ledger/verify/ledger-events.js';
import { verifyLedger } from '../../../src/ledger/verify/verify.js';
import { change, deliveredChange, ENDPOINT, fakeClock, inLedger, prodFile, START, temporaryFolder } from '../sample.js';

type Work = Parameters<typeof inLedger<void>>[1];

const escape = '\u001b]0;x\u0007\u202e';

/** What the check says of a ledger that `work` wrote and of rows that are made from its events. */
async function check(
  work: Work,
  rowsOf: (delivered: FoundRow[]) => readonly FoundRow[] | 'unsupported',
  more: Partial<AuditLogCheckOptions> = {},
) {
  const folder = temporaryFolder();
  await inLedger(folder, work);
  const entries: Entry[] = [];
  const result = await verifyLedger(readLines(prodFile(folder)), { onEntry: (entry) => entries.push(entry) });
  const events = entries.flatMap((entry) =>
    entry.kind === 'outcome' && entry.event !== null ? [{ ...entry.event, logId: `log-${entry.seq}` }] : [],
  );
  const rows = rowsOf(events);
  const clock = fakeClock();
  const made = auditLogCheck({
    endpoint: ENDPOINT,
    open: async () => ({
      rows: async (keep) => (rows === 'unsupported' ? rows : rows.map(keep).filter((one) => one !== undefined)),
    }),
    others: async () => collectEvents(ENDPOINT),
    clock,
    listLagMs: 5000,
    ...more,
  });
  for (const entry of entries) made.entry(entry);
  const findings = openFindings();
  const notes = await made.end(result, findings);
  return { found: findings.first, more: findings.more, notes, slept: clock.slept };
}

const codes = (found: readonly Finding[]) => found.map(({ seq, code }) => [seq, code]);

describe('an audit log', () => {
  test('that has each delivered event once is as it should be, whatever others wrote there', async () => {
    const { found, notes } = await check(
      (ledger) => deliveredChange(ledger),
      (rows) => [...rows, { source: 'Admin Console', targetId: 'engine-1' }, {}, { logId: 'odd' }],
    );
    expect([found, notes]).toEqual([[], [expect.stringMatching(/: 1$/u)]]);
  });

  test('is waited for where something was delivered less than its lag ago, and no longer', async () => {
    const { slept } = await check(
      (ledger) => deliveredChange(ledger),
      (rows) => rows,
    );
    expect(slept).toEqual([5000]);
    const late = fakeClock(START + 3000);
    await check(
      (ledger) => deliveredChange(ledger),
      (rows) => rows,
      { clock: late },
    );
    expect(late.slept).toEqual([2000]);
    // A clock far behind that of the runner waits no longer than the lag.
    const behind = fakeClock(START - 86_400_000);
    await check(
      (ledger) => deliveredChange(ledger),
      (rows) => rows,
      { clock: behind },
    );
    expect(behind.slept).toEqual([5000]);
    const old = fakeClock(START + 60_000);
    await check(
      (ledger) => deliveredChange(ledger),
      (rows) => rows,
      { clock: old },
    );
    expect(old.slept).toEqual([]);
  });

  test('need not have what was never delivered', async () => {
    const { found } = await check(
      async (ledger) => void (await change(ledger)),
      () => [],
    );
    expect(found).toEqual([]);
  });

  test('that has what is pending all the same is told of', async () => {
    const { found } = await check(
      async (ledger) => void (await change(ledger)),
      (rows) => rows,
    );
    expect(codes(found)).toEqual([[3, 'arrived']]);
  });

  test('knows what a person settled by the id that was given', async () => {
    const settled =
      (logId: string): Work =>
      async (ledger) => {
        const outcome = await change(ledger);
        await ledger.append({ kind: 'delivering', outcome });
        await ledger.append({ kind: 'delivery-unknown', outcome, reason: 'x', correlationId: null });
        await ledger.append({
          kind: 'resolved',
          subject: outcome,
          answer: logId,
          by: 'person',
          reason: null,
          claimed: null,
        });
      };
    expect((await check(settled('log-3'), (rows) => rows)).found).toEqual([]);
    expect(codes((await check(settled('made-up'), (rows) => rows)).found)).toEqual([[3, 'other-log-id']]);
    expect(codes((await check(settled('log-3'), () => [])).found)).toEqual([[3, 'missing-row']]);
  });

  test('need not have what a person found absent, which waits to be sent again', async () => {
    const work: Work = async (ledger) => {
      const outcome = await change(ledger);
      await ledger.append({ kind: 'delivering', outcome });
      await ledger.append({ kind: 'delivery-unknown', outcome, reason: 'x', correlationId: null });
      await ledger.append({
        kind: 'resolved',
        subject: outcome,
        answer: null,
        by: 'person',
        reason: null,
        claimed: null,
      });
    };
    expect((await check(work, () => [])).found).toEqual([]);
    const { found } = await check(work, (rows) => rows);
    expect(found).toMatchObject([
      { code: 'arrived', message: expect.stringContaining('is not delivered, says the ledger') },
    ]);
  });

  test('is not asked for what was sent to another endpoint', async () => {
    const elsewhere = { endpoint: 'https://other.api.nicecxone.com' };
    const { found, notes } = await check(
      (ledger) => deliveredChange(ledger),
      () => [],
      elsewhere,
    );
    expect(found).toEqual([]);
    // What nobody looked at is said.
    expect(notes).toContain('requests of the ledger to other endpoints, which were not looked at: 1');
  });

  test('whose rows have no id is held against the ledger by their members alone', async () => {
    const { found } = await check(
      (ledger) => deliveredChange(ledger),
      (rows) => rows.map(({ logId: _logId, ...row }) => row),
    );
    expect(found).toEqual([]);
  });

  test('may spell an instant as it likes, and no other one', async () => {
    const spelled = (timestamp: string) =>
      check(
        (ledger) => deliveredChange(ledger),
        (rows) => rows.map((row) => ({ ...row, timestamp })),
      );
    for (const same of ['2026-01-31T12:00:00.000Z', '2026-01-31T13:00:00+01:00']) {
      expect((await spelled(same)).found).toEqual([]);
    }
    for (const other of ['2026-01-31T12:00:01Z', 'yesterday', '']) {
      const { found } = await spelled(other);
      expect(codes(found)).toEqual([
        [3, 'missing-row'],
        [null, 'foreign-row'],
      ]);
      // The row names an id; people know the engine by its name.
      expect(found[1]?.message).toMatch(/^audit log \S+: [A-Z_]+ of (SpeechEngine|Webhook)\/.+@\S+ \(\S+\), /u);
    }
  });

  test('is of before the ledger when it surely is: the log knows whole seconds', async () => {
    const moved = async (timestamp: string) => {
      const { found } = await check(
        (ledger) => deliveredChange(ledger),
        ([row]) => [{ ...row }, { ...row, logId: 'another', timestamp, payloadHash: 'f'.repeat(64) }],
      );
      return codes(found);
    };
    expect(await moved('2026-01-31T12:00:00Z')).toEqual([[null, 'foreign-row']]);
    expect(await moved('2026-01-31T11:59:59Z')).toEqual([[null, 'row-before-ledger']]);
  });

  test('with a hundred thousand hostile rows is told of in a thousand short sentences', async () => {
    const long = `${escape}${'x'.repeat(1000)}`;
    const { found, more } = await check(
      (ledger) => deliveredChange(ledger),
      ([row]) => [
        ...Array.from({ length: 50_000 }, (_, at) => ({ ...row, logId: `again-${at}` })),
        ...Array.from({ length: 50_000 }, () => ({ source: 'AutomatedConfigurator', targetId: long, action: escape })),
      ],
    );
    expect(codes(found.slice(0, 3))).toEqual([
      [3, 'doubled-row'],
      [3, 'other-log-id'],
      [null, 'row-of-unknown-target'],
    ]);
    expect([found.length, more]).toEqual([1000, 49_002]);
    expect(Math.max(...found.map(({ message }) => message.length))).toBeLessThan(700);
  });

  test('that can not be read leaves the check undone', async () => {
    const { found, notes } = await check(
      (ledger) => deliveredChange(ledger),
      () => 'unsupported',
    );
    expect([codes(found), notes]).toEqual([[[null, 'audit-log-unreadable']], undefined]);
  });
});
