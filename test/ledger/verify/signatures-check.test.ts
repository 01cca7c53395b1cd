import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCheckpoint, signCheckpoint } from '../../../src/ledger/checkpoint/checkpoint.js';
import { isNoteFault } from '../../../src/ledger/checkpoint/signed-note.js';
import { openFindings } from '../../../src/ledger/verify/findings.js';
import {
  type KeptCheckpoint,
  type SignaturesOptions,
  signaturesCheck,
} from '../../../src/ledger/verify/signatures-check.js';
import { verifyLedger } from '../../../src/ledger/verify/verify.js';
import { entriesOf, forged } from '../../scripts/ledgers.js';
import { testKey } from '../keys.js';
import { linesOf } from '../lines.js';
import { CLAIMED, deliveredChange, inLedger, prodFile, temporaryFolder } from '../sample.js';

const [first, second, stranger] = [testKey(1), testKey(2, 'second'), testKey(3, 'stranger')];

/** 1 genesis, 2 key, 3 to 6 a change, 7 another key, 8 to 11 another change. */
async function rotatedLedger(): Promise<string> {
  const folder = temporaryFolder();
  const signer = { key: first, claimed: CLAIMED };
  await inLedger(folder, (ledger) => deliveredChange(ledger), { signer });
  await inLedger(folder, (ledger) => deliveredChange(ledger), { signer: { ...signer, next: second } });
  return readFileSync(prodFile(folder), 'utf8');
}

type Key = Parameters<typeof signCheckpoint>[0];

/** A checkpoint of a ledger's first entries. */
function noteOf(ledger: string, size: number, key: Key, origin = 'ledger-1/prod'): string {
  return signCheckpoint(key, { origin, size, head: entriesOf(ledger)[size - 1]?.hash ?? 'f'.repeat(64) });
}

function kept(note: string): KeptCheckpoint {
  const checkpoint = parseCheckpoint(note);
  if (isNoteFault(checkpoint)) throw new Error(checkpoint.fault);
  return { named: 'copy', checkpoint };
}

async function check(ledger: string, options: Partial<SignaturesOptions>) {
  const one = signaturesCheck({
    environment: 'prod',
    own: undefined,
    kept: [],
    pinned: undefined,
    minSize: undefined,
    requireSigned: false,
    ...options,
  });
  const result = await verifyLedger(linesOf(Buffer.from(ledger)), {
    environment: 'prod',
    onEntry: (entry) => one.entry(entry),
  });
  const findings = openFindings();
  const notes = await one.end(result, findings);
  return { found: findings.first, notes, signed: one.signed };
}

describe('checkpoints that hold', () => {
  test('are prefixes of any size, each by the key that the ledger had there; the longest tells how far it is signed', async () => {
    const ledger = await rotatedLedger();
    const copies = [
      noteOf(ledger, 2, first),
      noteOf(ledger, 6, first),
      noteOf(ledger, 7, second),
      noteOf(ledger, 9, second),
    ];
    const { found, signed, notes } = await check(ledger, { own: noteOf(ledger, 8, second), kept: copies.map(kept) });
    expect(found).toEqual([]);
    expect(signed).toEqual({ size: 9, unsigned: 2, keyName: 'second', keyId: second.id, pinned: false });
    expect(notes).toEqual([
      `signed to 9, 2 unsigned: by second+${second.id}, by the word of the ledger alone (--public-key pins a key)`,
      'held against 4 checkpoints kept elsewhere',
    ]);
  });

  test.each([
    ['that signed', second, `the key of --public-key`],
    ['that was replaced by it', first, `which cxone-gitops+${first.id} (--public-key) vouches for`],
  ])('are vouched for by the key %s', async (_, pinned, why) => {
    const ledger = await rotatedLedger();
    const { found, signed, notes } = await check(ledger, { own: noteOf(ledger, 11, second), pinned });
    expect([found, signed?.pinned]).toEqual([[], true]);
    expect(notes?.[0]).toBe(`signed to 11, 0 unsigned: by second+${second.id}, ${why}`);
  });
});

describe('a fault is', () => {
  test.each<[string, (ledger: string) => Partial<SignaturesOptions>, string, RegExp]>([
    [
      'a checkpoint of more than there is',
      (ledger) => ({ kept: [kept(noteOf(ledger, 20, second))] }),
      'checkpoint-cut',
      /^the ledger ends at entry 11, and a checkpoint of 20 was signed \(copy\): its end was cut off$/,
    ],
    [
      'one of more than there is, whoever signed it',
      (ledger) => ({ own: noteOf(ledger, 20, stranger) }),
      'checkpoint-cut',
      /^the ledger ends at entry 11, and the checkpoint beside it is of 20: its end was cut off$/,
    ],
    [
      'one of another ledger',
      (ledger) => ({ own: noteOf(ledger, 8, second, 'ledger-2/prod') }),
      'checkpoint-other-ledger',
      /of another ledger, ledger-2\/prod; this one is ledger-1\/prod/,
    ],
    [
      'one of another environment',
      (ledger) => ({ kept: [kept(noteOf(ledger, 8, second, 'ledger-1/dev'))] }),
      'checkpoint-other-ledger',
      /copy is a checkpoint of another ledger, ledger-1\/dev/,
    ],
    [
      'one by an old key, of a size that it had no say in',
      (ledger) => ({ own: noteOf(ledger, 8, first) }),
      'checkpoint-key',
      /is of 8 entries and signed by cxone-gitops\+[0-9a-f]{8}, which entry 7 replaced: it was signed with an old key/,
    ],
    [
      'one by a pinned old key, likewise',
      (ledger) => ({ own: noteOf(ledger, 8, first), pinned: first }),
      'checkpoint-key',
      /which entry 7 replaced/,
    ],
    [
      'one by the new key, of a size before it',
      (ledger) => ({ own: noteOf(ledger, 6, second) }),
      'checkpoint-key',
      /signed by second\+[0-9a-f]{8}, which the ledger has from entry 7 on: it is not genuine/,
    ],
    [
      'one by the first key, of a size before any',
      (ledger) => ({ own: noteOf(ledger, 1, first) }),
      'checkpoint-key',
      /which the ledger has from entry 2 on/,
    ],
    [
      'one by a stranger',
      (ledger) => ({ own: noteOf(ledger, 8, stranger) }),
      'checkpoint-key',
      /is signed by stranger\+[0-9a-f]{8}, and the key of the ledger at entry 8 is second\+/,
    ],
    [
      'one that was changed',
      (ledger) => ({ own: noteOf(ledger, 8, second).replace('\n8\n', '\n9\n') }),
      'checkpoint-signature',
      /changed after it was signed/,
    ],
    [
      'what is none',
      () => ({ own: 'hello' }),
      'checkpoint-odd',
      /the checkpoint beside it is none: it has no signature/,
    ],
    [
      'a ledger that is too short',
      () => ({ minSize: 12 }),
      'too-short',
      /it has 11 entries, and --min-size asks for 12/,
    ],
    [
      'a ledger that the pinned key never signed',
      () => ({ pinned: stranger }),
      'public-key',
      /stranger\+[0-9a-f]{8} \(--public-key\) never signed this ledger, its key is second\+/,
    ],
    [
      'an entry that is not signed where all have to be',
      (ledger) => ({ own: noteOf(ledger, 10, second), pinned: second, requireSigned: true }),
      'unsigned',
      /^it is not signed \(--require-signed\): .* wrote it$/,
    ],
    [
      'a ledger without a checkpoint where all entries have to be signed',
      () => ({ pinned: second, requireSigned: true }),
      'unsigned',
      /^it and all up to entry 11 are not signed \(--require-signed\): .* wrote them$/,
    ],
  ])('%s', async (_, options, code, message) => {
    const ledger = await rotatedLedger();
    const { found } = await check(ledger, options(ledger));
    expect(found.map((one) => one.code)).toEqual([code]);
    expect(found[0]?.message).toMatch(message);
  });

  test('an entry that is not the signed one, at its number', async () => {
    const ledger = await rotatedLedger();
    const changed = entriesOf(ledger).map((one) => (one.seq > 8 ? { ...one, time: '2026-02-28T12:00:00.000Z' } : one));
    const { found, signed } = await check(forged(changed), {
      kept: [9, 8].map((size) => kept(noteOf(ledger, size, second))),
    });
    expect(found).toEqual([
      { seq: 9, code: 'checkpoint-differs', message: expect.stringContaining('(copy): the ledger was rewritten here') },
    ]);
    // What holds is told all the same.
    expect(signed?.size).toBe(8);
  });
});

test('a ledger that was rewritten with a key of its own is given away by the pinned key and by a copy', async () => {
  const genuine = await rotatedLedger();
  const folder = temporaryFolder();
  await inLedger(folder, (ledger) => deliveredChange(ledger, 'engine-9'), {
    signer: { key: stranger, claimed: CLAIMED },
  });
  const ledger = readFileSync(prodFile(folder), 'utf8');
  const own = noteOf(ledger, 6, stranger);
  // By itself it is as good as any.
  expect(await check(ledger, { own })).toMatchObject({ found: [], signed: { size: 6, unsigned: 0, pinned: false } });
  expect((await check(ledger, { own, pinned: first })).found).toMatchObject([{ code: 'public-key' }]);
  const copy = kept(noteOf(genuine, 6, first));
  expect((await check(ledger, { own, kept: [copy] })).found).toMatchObject([{ code: 'checkpoint-key' }]);
  // The pinned key vouches for the copy: so it is the ledger that is wrong.
  expect((await check(ledger, { own, kept: [copy], pinned: first })).found).toMatchObject([
    { seq: 6, code: 'checkpoint-differs' },
    { code: 'public-key' },
  ]);
});

test('behind a bad entry nothing is held against anything, and that is said', async () => {
  const ledger = await rotatedLedger();
  const lines = ledger.trimEnd().split('\n');
  const broken = `${lines.with(8, (lines[8] ?? '').replace('"seq":9', '"seq":8')).join('\n')}\n`;
  const copies = [noteOf(ledger, 6, first), noteOf(ledger, 10, second)].map(kept);
  const own = noteOf(ledger, 11, second);
  const { found, notes } = await check(broken, { own, kept: copies, minSize: 11, pinned: second });
  expect(found).toEqual([]);
  expect(notes).toEqual([
    expect.stringContaining('signed to 6, 2 unsigned'),
    'held against 1 checkpoint kept elsewhere',
    'not held against the checkpoint beside it, which is of 11 entries: a bad one comes before',
    'not held against copy, which is of 10 entries: a bad one comes before',
  ]);
  expect((await check(broken, { own })).notes?.[0]).toBe('how far it is signed is not known');
});

test('a ledger that is not there was cut to nothing', async () => {
  const ledger = await rotatedLedger();
  const { found } = await check('', { kept: [kept(noteOf(ledger, 6, first))], pinned: first, requireSigned: true });
  expect(found).toMatchObject([
    { code: 'checkpoint-cut', message: expect.stringContaining('the ledger has no entry') },
  ]);
});
