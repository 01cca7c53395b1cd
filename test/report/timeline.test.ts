import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditShow, TimelineChange, TimelineRow } from '../../src/model/generated/audit-show.js';
import type { TimelineFormat } from '../../src/report/timeline-format.js';
import { timelineMarkdown } from '../../src/report/timeline-markdown.js';
import { timelineText } from '../../src/report/timeline-text.js';
import { coloured, dangers, golden, hostile, plain } from './page.js';

const endpoint = 'https://acme.api.nicecxone.com';
const place = { time: '2026-01-31T12:00:00.250Z', endpoint };
const git = { head: 'c'.repeat(40), dirty: false };
const noFilter = { engine: [], since: null, until: null, actor: null };
const hash = (digit: string) => digit.repeat(64);
const key = (name: string, digit: string) => `${name}+${digit.repeat(8)}+AX+/${digit.repeat(40)}`;

/** One of each kind, and of a change each way to end; `text` is all that anybody else wrote. */
function rowsOf(text: string, id = text, actor = text): TimelineRow[] {
  const claimed = { actor, run: text, pullRequest: text };
  const change: TimelineChange = {
    kind: 'change',
    seq: 4,
    ...place,
    id,
    action: 'update',
    step: 'update',
    shift: null,
    split: null,
    remoteId: 'e1',
    status: 'applied',
    outcome: 5,
    closedAt: place.time,
    beforeHash: hash('a'),
    afterHash: hash('b'),
    resultHash: hash('b'),
    planHash: hash('0'),
    git,
    claimed,
    event: { outcome: 5, action: 'UPDATE', timestamp: place.time, status: 'delivered', logId: text, via: 'post' },
  };
  const event = { outcome: 5, action: 'TRAFFIC_SPLIT', timestamp: place.time, logId: null, via: null } as const;
  const shift = { before: 90, after: 40, raises: [id, text] };
  const runEnd = { commit: git.head, manifestHash: hash('3'), planHash: hash('0') };
  return [
    {
      kind: 'trust',
      seq: 2,
      ...place,
      accepted: 'first',
      trustHash: hash('1'),
      previousHash: null,
      changed: [],
      claimed,
    },
    {
      kind: 'trust',
      seq: 3,
      ...place,
      accepted: 'operator',
      trustHash: hash('2'),
      previousHash: hash('1'),
      changed: [{ setting: text, before: null, after: text, direction: 'more' }],
      claimed: { actor: null, run: null, pullRequest: null },
    },
    {
      kind: 'trust',
      seq: 3,
      ...place,
      accepted: 'given-up',
      trustHash: hash('3'),
      previousHash: hash('2'),
      changed: [{ setting: text, before: text, after: null, direction: 'given-up' }],
      claimed: { actor: null, run: null, pullRequest: null },
    },
    { kind: 'key', seq: 4, ...place, publicKey: key(text, '1'), previousKey: null, claimed },
    { kind: 'key', seq: 4, ...place, publicKey: key('next', '2'), previousKey: key(text, '1'), claimed },
    change,
    {
      ...change,
      seq: 6,
      action: 'create',
      step: 'create',
      beforeHash: null,
      event: null,
      git: { ...git, dirty: true },
    },
    { ...change, seq: 7, step: 'lower', shift, event: { ...event, status: 'pending' } },
    {
      ...change,
      seq: 8,
      step: 'raise',
      split: { before: 10, after: 60 },
      event: { ...event, action: 'UPDATE', status: 'sent' },
    },
    {
      ...change,
      seq: 9,
      step: 'restore',
      status: 'failed',
      resultHash: hash('a'),
      event: null,
      git: null,
      claimed: { ...claimed, commit: 'f'.repeat(40) },
    },
    { ...change, seq: 10, step: 'configure', status: 'unknown', resultHash: null, event: null },
    { ...change, seq: 11, status: 'open', resultHash: null, event: null, endpoint: 'https://other.example.com' },
    { ...change, seq: 12, status: 'not-attempted', resultHash: hash('a'), event: { ...event, status: 'unknown' } },
    { kind: 'settlement', seq: 13, ...place, id, change: 4, status: 'applied', event: change.event, claimed },
    {
      kind: 'override',
      seq: 14,
      ...place,
      reason: text,
      refusals: Array.from({ length: 12 }, () => ({ code: 'protected', id })),
      planHash: hash('0'),
      git,
      claimed,
    },
    { kind: 'headers', seq: 15, ...place, id, remoteId: 'w1', headers: [text, 'X-B'], claimed: null },
    { kind: 'resolution', seq: 16, ...place, id, change: 4, about: 'event', answer: text, reason: text, claimed },
    { kind: 'resolution', seq: 17, ...place, id, change: 4, about: 'request', answer: null, reason: null, claimed },
    { kind: 'run', seq: 17, ...place, status: 'applied', ...runEnd, claimed },
    { kind: 'run', seq: 17, ...place, status: 'incomplete', ...runEnd, commit: null, claimed },
    { kind: 'dropped-tail', seq: 18, ...place, bytes: 1, sha256: hash('d') },
  ];
}

type End = Parameters<TimelineFormat['end']>[0];

function printed(
  format: TimelineFormat,
  rows: readonly TimelineRow[],
  more: Partial<End> = {},
  filter: AuditShow['filter'] = noFilter,
) {
  const head = { environment: 'prod', endpoint, simulated: false, ledgerId: 'ledger-1', filter };
  const counts = { entries: 18, shown: rows.length, filteredOut: 0 };
  const end = { ...head, formatVersion: 1, status: 'whole', head: hash('e'), fault: null, ...counts } as const;
  return [format.head(head), ...rows.map((row) => format.row(row, endpoint)), format.end({ ...end, ...more })].join('');
}

const ordinary = rowsOf('octopus', 'SpeechEngine/Production ASR Engine@2.1.0', 'ada');
const broken = {
  status: 'broken',
  fault: { seq: 19, code: 'hash', message: 'its hash is not that of what it says: it was changed' },
} as const;

describe('the timeline of a ledger', () => {
  test('is a block a row on a terminal of 80 columns', async () => {
    const text = printed(timelineText(plain), ordinary, broken);
    await expect(text).toMatchFileSnapshot(golden('timeline.txt'));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('is a table in Markdown', async () => {
    const filter = { engine: ['*/IVR@*'], since: place.time, until: null, actor: 'a|b' };
    await expect(printed(timelineMarkdown(), ordinary, broken, filter)).toMatchFileSnapshot(golden('timeline.md'));
  });

  test('marks on a terminal what went well, what failed and what is in doubt', () => {
    const [first, , givenUp, newKey, , applied, , pending, , failed, unknown] = ordinary.map((row) =>
      timelineText(coloured).row(row, endpoint),
    );
    expect([first, givenUp, newKey, applied, pending, failed, unknown]).toEqual([
      expect.stringContaining('<dim>·</dim>'),
      expect.stringContaining('<dim>·</dim>'),
      expect.stringContaining('<dim>·</dim>'),
      expect.stringContaining('<green>✔</green>'),
      expect.stringContaining('<yellow>!</yellow>'),
      expect.stringContaining('<red>✖</red>'),
      expect.stringContaining('<yellow>!</yellow>'),
    ]);
  });

  test('says that there is none, in place of an empty table', () => {
    const fault = { seq: null, code: 'empty', message: 'there is no ledger here' };
    const end = { status: 'missing', fault, entries: 0, head: null } as const;
    const [text, markdown] = [timelineText(plain), timelineMarkdown()].map((format) => {
      return format.end({
        environment: 'prod',
        filter: noFilter,
        formatVersion: 1,
        endpoint: null,
        simulated: null,
        ledgerId: null,
        shown: 0,
        filteredOut: 0,
        ...end,
      });
    });
    expect([text, markdown]).toEqual([
      '✖ prod: there is no ledger here\n',
      '## Ledger of <code>prod</code>\n\n**<code>there is no ledger here</code>**\n',
    ]);
  });
});

describe('whatever a ledger holds', () => {
  const anything = fc.oneof(
    fc.constant(hostile),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('::x::', '|', '##[y', '\n'),
  );

  test('a terminal is given no control and no command, on any width', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 40, max: 120 }), (text, width) => {
        const filter = { ...noFilter, engine: [text], actor: text };
        const more = { ...broken, fault: { ...broken.fault, message: text } };
        expect(dangers(printed(timelineText({ ...plain, width }), rowsOf(text), more, filter))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('a text of others stays on lines of its own, and can not pass for an outcome', () => {
    const text = `x${' '.repeat(60)}entry 4, applied, audit event`;
    for (const row of rowsOf(text)) {
      const lines = timelineText(plain).row(row, endpoint).split('\n');
      expect(lines.filter((line) => /^ {4}entry \d/u.test(line))).toHaveLength(1);
    }
  });

  test('Markdown has a table of as many cells in every line, and no link, tag, mention or command', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const rows = rowsOf(text);
        const markdown = printed(timelineMarkdown(), rows, broken, { ...noFilter, actor: text });
        const table = markdown.split('\n').filter((line) => line.startsWith('|'));
        expect(table).toHaveLength(rows.length + 2);
        expect(new Set(table.map((line) => line.split('|').length))).toEqual(new Set([10]));
        expect(dangers(markdown)).toEqual([]);
        expect(markdown.replace(/<\/?code>|<br>|&#\d+;/gu, '')).not.toMatch(/[<>@`[\]]|#\d/u);
      }),
      { numRuns: 300 },
    );
  });
});
