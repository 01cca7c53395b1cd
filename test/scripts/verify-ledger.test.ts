import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/ledger/entry.js';
import { readLines } from '../../src/ledger/file/read-lines.js';
import { type VerifyResult, verifyLedger } from '../../src/ledger/verify/verify.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { change, deliveredChange, intent, outcome, temporaryFolder } from '../ledger/sample.js';
import { entriesOf, forged, hundredEntries, sealed, signedTwice, trust, written } from './ledgers.js';

const script = fileURLToPath(new URL('../../scripts/verify-ledger.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** What a check says of a ledger: the numbers of the entries it names, the first bad one first, and the verdict. */
interface Verdict {
  readonly name: string;
  readonly clean: boolean;
  readonly entries: number;
  readonly head: string;
  readonly named: readonly number[];
}

type Ledgers = readonly (readonly [name: string, content: string | Buffer])[];

/** Checks each ledger with our code and with the script, which must say the same; returns it. */
async function bothOf(ledgers: Ledgers): Promise<Verdict[]> {
  const folder = temporaryFolder();
  const files = ledgers.map(([, content], index) => {
    const file = path.join(folder, `${index}.jsonl`);
    writeFileSync(file, content);
    return file;
  });
  const [theirs, ours] = await Promise.all([
    runScript(files),
    Promise.all(files.map(async (file) => ourVerdict(await verifyLedger(readLines(file))))),
  ]);
  const named = (verdicts: readonly Omit<Verdict, 'name'>[]) =>
    verdicts.map((verdict, index): Verdict => ({ name: ledgers[index]?.[0] ?? '', ...verdict }));
  expect(named(theirs)).toEqual(named(ours));
  return named(ours);
}

async function runScript(files: readonly string[]): Promise<Omit<Verdict, 'name'>[]> {
  const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile('python3', [script, ...files], { maxBuffer: 1 << 28 }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, stdout: out, stderr: err }),
    );
  });
  expect(stderr).toBe('');
  const lines = new Map<string, string[]>(files.map((file) => [file, []]));
  for (const line of stdout.trimEnd().split('\n')) {
    const end = line.indexOf(': ');
    lines.get(line.slice(0, end))?.push(line.slice(end + 2));
  }
  const verdicts = files.map((file) => theirVerdict(lines.get(file) ?? []));
  expect(code).toBe(verdicts.every(({ clean }) => clean) ? 0 : 8);
  return verdicts;
}

/** What the script printed of one ledger: `entry N: …` a fault, the verdict last. */
function theirVerdict(lines: readonly string[]): Omit<Verdict, 'name'> {
  const [, mark = '', entries, head = ''] =
    /^(.*): (\d+) entries, head (\w+); signatures were not checked$/u.exec(lines.at(-1) ?? '') ?? [];
  const named = lines.slice(0, -1).map((line) => Number(/^entry (\d+): ./u.exec(line)?.[1]));
  return { clean: mark === 'clean', entries: Number(entries), head, named: inOrder(named, Number(entries)) };
}

function ourVerdict(result: VerifyResult): Omit<Verdict, 'name'> {
  const { clean, entries, head, fault, openIntents, undelivered, deliveryUnknown, unaudited } = result;
  const open = [...openIntents.map(({ entry }) => entry), ...undelivered, ...deliveryUnknown, ...unaudited];
  const named = [...(fault === undefined ? [] : [fault.seq]), ...open.map(({ seq }) => seq)];
  return { clean, entries, head, named: inOrder(named, entries) };
}

/** The first bad entry comes first, and what is open in any order. */
function inOrder(named: readonly number[], good: number): number[] {
  const [first = 0, ...rest] = named;
  return first > good ? [first, ...rest.toSorted((a, b) => a - b)] : named.toSorted((a, b) => a - b);
}

const cleanOnes = (verdicts: readonly Verdict[]) => verdicts.filter(({ clean }) => clean).map(({ name }) => name);

describe.skipIf(!hasPython)('scripts/verify-ledger.py, which needs python3, says of a ledger what we say', () => {
  test('that is good, whatever kinds are in it', async () => {
    const ledgers: Ledgers = [
      ['every kind', await signedTwice()],
      ['one change', await written((ledger) => deliveredChange(ledger))],
      ['a hundred entries', await hundredEntries()],
      [
        'odd values in canonical form',
        await written((ledger) => ledger.append(trust({ numbers, texts, [texts]: 0, '\ue000': 1, '\u{1f600}': 2 }))),
      ],
    ];
    expect(cleanOnes(await bothOf(ledgers))).toEqual(ledgers.map(([name]) => name));
  });

  test('that is nested as deep as it may be, and deeper', async () => {
    const nested = (depth: number): JsonObject => (depth === 1 ? {} : { in: [nested(depth - 2)] });
    const ledgers: Ledgers = [
      ['as deep', await written((ledger) => ledger.append(trust(nested(99))))],
      ['deeper', await written((ledger) => ledger.append(trust({ in: nested(99) })))],
    ];
    expect(cleanOnes(await bothOf(ledgers))).toEqual(['as deep']);
  });

  test('that is good, and in which something is open', async () => {
    const ledgers: Ledgers = [
      ['an intent', await written((ledger) => ledger.append(intent()))],
      ['an event', await written((ledger) => change(ledger))],
      [
        'an event that left',
        await written(async (ledger) => ledger.append({ kind: 'delivering', outcome: await change(ledger) })),
      ],
      [
        'a change without an event',
        await written(async (ledger) => ledger.append(outcome((await ledger.append(intent())).seq))),
      ],
      // What a run leaves behind that was killed after any entry.
      ...cuts(await signedTwice()),
    ];
    const verdicts = await bothOf(ledgers);
    expect(verdicts.every(({ entries, named }) => named.every((seq) => seq <= entries))).toBe(true);
    expect(verdicts.slice(0, 4).map(({ named }) => named)).toEqual([[2], [3], [3], [3]]);
  });

  test('of a hundred entries that is mutated at any of them', async () => {
    const mutants = mutantsOf(await hundredEntries());
    expect(mutants).toHaveLength(598);
    expect(cleanOnes(await bothOf(mutants))).toEqual([]);
  });

  test('that was cut, swapped or doubled anywhere, and chained anew with right hashes', async () => {
    const entries = entriesOf(await signedTwice());
    const mutants = entries.flatMap((entry, at): [string, string][] => [
      [`${at} dropped`, forged(entries.toSpliced(at, 1))],
      [`${at} doubled`, forged(entries.toSpliced(at, 0, entry))],
      [`${at} swapped`, forged(swapped(entries, at))],
    ]);
    await bothOf(mutants);
  });

  test('in which any member of any kind has another value, or is gone, and hashes are right', async () => {
    const entries = entriesOf(await signedTwice());
    const mutants = entries.flatMap((entry, at) => {
      const isFirst = entries.findIndex(({ kind }) => kind === entry.kind) === at;
      const isLowered = 'shift' in entry || (entry.kind === 'outcome' && entry.event?.timestamp === second);
      const isSpecial = 'storedDifferently' in entry || 'finished' in entry;
      return isFirst || isLowered || isSpecial ? memberMutants(entries, at) : [];
    });
    const verdicts = await bothOf(mutants);
    expect(verdicts.filter(({ clean }) => !clean).length).toBeGreaterThan(1000);
  });

  test('but for who signed a key: that needs Ed25519, which the script has not', async () => {
    const entries = entriesOf(await signedTwice());
    const at = entries.findIndex(({ kind }) => kind === 'key');
    const folder = temporaryFolder();
    const file = path.join(folder, 'forged.jsonl');
    const key = entries[at];
    if (key?.kind !== 'key') throw new Error('no key');
    const line = key.note.trimEnd().split('\n').at(-1) ?? '';
    const note = key.note.replace(line, `${line.slice(0, -12)}AAAAAAAAAAA=`);
    // What comes behind it would need other notes, too.
    writeFileSync(file, forged(entries.with(at, { ...key, note }).slice(0, at + 2)));
    expect((await verifyLedger(readLines(file))).fault).toMatchObject({ seq: at + 1, code: 'key-unsigned' });
    expect((await runScript([file]))[0]).toMatchObject({ clean: true });
  });

  test('whose text is not canonical, or can not be', async () => {
    const ledger = await written((each) => each.append(trust({ a: 'x', b: 1 })));
    const spelled: [string, string | Buffer][] = spellings.map(([from, to]) => {
      expect(ledger).toContain(from);
      return [to, ledger.replace(from, to)];
    });
    const at = ledger.indexOf('"x"') + 1;
    const bytes = (...put: number[]): [string, Buffer] => {
      const all = Buffer.from(ledger);
      return [`bytes ${put.join(' ')}`, Buffer.concat([all.subarray(0, at), Buffer.from(put), all.subarray(at + 1)])];
    };
    const long = ledger.replace('"x"', `"${'x'.repeat(1024 * 1024)}"`);
    const others: Ledgers = [
      bytes(0xff),
      bytes(0xed, 0xa0, 0x80),
      bytes(0xc0, 0x80),
      ['nothing', ''],
      ['an empty line', '\n'],
      ['a byte order mark', `\ufeff${ledger}`],
      ['line ends of another kind', ledger.replaceAll('\n', '\r\n')],
      ['a line of more than 1 MiB', long],
      ['a line of more than 1 MiB without an end', 'x'.repeat(1024 * 1024 + 1)],
      ['a line of 1 MiB without an end', `${ledger}${'x'.repeat(1024 * 1024)}`],
      ['nested without an end', `${'['.repeat(100_000)}\n`],
    ];
    expect(cleanOnes(await bothOf([...spelled, ...others]))).toEqual([]);
  });
});

test.skipIf(!hasPython)(
  'scripts/verify-ledger.py, which needs python3, is clean of the test vectors of the page',
  async () => {
    const page = readFileSync(new URL('../../docs/ledger.md', import.meta.url), 'utf8');
    const vectors = [...page.matchAll(/```jsonl\n(.*?)```/gsu)].map(([, text = ''], index): [string, string] => [
      `vector ${index + 1}`,
      text,
    ]);
    expect(cleanOnes(await bothOf(vectors))).toEqual(['vector 1', 'vector 2']);
  },
);

test.skipIf(!hasPython)('scripts/verify-ledger.py, which needs python3, names a ledger of version 1', async () => {
  const file = path.join(temporaryFolder(), 'prod.jsonl');
  writeFileSync(file, (await written((ledger) => deliveredChange(ledger))).replaceAll('"v":2}', '"v":1}'));
  const { status, stdout } = spawnSync('python3', [script, file], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([
    8,
    expect.stringContaining('entry 1: it is of ledger version 1, and this script reads version 2 only\n'),
  ]);
});

test('the shapes of the page stand in scripts/verify-ledger.py word for word', () => {
  const page = readFileSync(new URL('../../docs/ledger.md', import.meta.url), 'utf8');
  const shapes = /```shapes\n(.*?)```/su.exec(page)?.[1] ?? 'no shapes';
  const text = readFileSync(script, 'utf8');
  expect(text).toContain(shapes);
  expect(text.split('\n').length).toBeLessThanOrEqual(150);
});

/** Numbers whose spelling is not obvious, and texts that need each escape, in an order that is not that of code points. */
const numbers: Json = JSON.parse(
  '[0,5e-324,1.7976931348623157e+308,9007199254740992,295147905179352830000,999999999999999900000,1e+21,1e+23,' +
    '9.999999999999997e-7,0.000001,333333333.33333325,-0.0000033333333333333333,1424953923781206.2,-1.5,1e-7]',
);
const texts = '\u0000\b\t\n\f\r"\\/\u007f\u0080\u2028\ud7ff\ue000\ufeff\u{1f600}';

const spellings: readonly (readonly [from: string, to: string])[] = [
  ['"a":"x"', '"a":"\\u0078"'],
  ['"a":"x"', '"a": "x"'],
  ['"a":"x"', '"a":"y","a":"x"'],
  ['"a":"x"', '"a":"\\ud800"'],
  ['"a":"x"', '"a":"\\udc00\\ud800"'],
  ['"a":"x"', '"a":"\t"'],
  ['"a":"x"', '"a":"\\/"'],
  ['"a":"x"', '"a":"\\u000F"'],
  ['"a":"x"', '"\\udc00":1'],
  ['"b":1}', '"b":1.0}'],
  ['"b":1}', '"b":1e0}'],
  ['"b":1}', '"b":-0}'],
  ['"b":1}', '"b":01}'],
  ['"b":1}', '"b":NaN}'],
  ['"b":1}', '"b":Infinity}'],
  ['"b":1}', '"b":-Infinity}'],
  ['"b":1}', '"b":1e400}'],
  ['"b":1}', '"b":9007199254740993}'],
  ['"b":1}', '"b":1e21}'],
  ['"b":1}', '"b":1,}'],
  ['"a":"x","b":1', '"b":1,"a":"x"'],
  ['"a":"x","b":1', '"\ue000":1,"\u{1f600}":1'],
  ['"trust"', 'null'],
  ['"trust"', '["trust"]'],
];

/** Each of six mutations at each entry: a bit flipped, dropped, swapped with the next, doubled, another put in, cut off. */
function mutantsOf(ledger: string): [string, string | Buffer][] {
  const lines = ledger.trimEnd().split('\n');
  const text = (changed: readonly string[]) => `${changed.join('\n')}\n`;
  return lines.flatMap((line, at) => {
    const before = lines.slice(0, at).map((each) => `${each}\n`);
    const start = Buffer.byteLength(before.join(''));
    const flipped = Buffer.from(ledger);
    const place = start + ((at * 37) % Buffer.byteLength(line));
    flipped[place] = (flipped[place] ?? 0) ^ (1 << (at % 8));
    const half = `${before.join('')}${line.slice(0, 1 + ((at * 53) % (line.length - 1)))}`;
    const other = lines[(at + 50) % 100] ?? '';
    const isLast = at === lines.length - 1;
    const mutants: [string, string | Buffer][] = [
      [`bit of ${at} flipped`, flipped],
      [`${at} doubled`, text(lines.toSpliced(at, 0, line))],
      [`${at} after another`, text(lines.toSpliced(at, 0, other))],
      [`cut off within ${at}`, half],
    ];
    // Without its last entry a ledger hangs together: docs/ledger.md says so.
    if (!isLast)
      mutants.push([`${at} dropped`, text(lines.toSpliced(at, 1))], [`${at} swapped`, text(swapped(lines, at))]);
    return mutants;
  });
}

function cuts(ledger: string): [string, string][] {
  const lines = ledger.trimEnd().split('\n');
  return lines.map((_, at) => [`cut after ${at}`, `${lines.slice(0, at + 1).join('\n')}\n`]);
}

function swapped<T>(list: readonly T[], at: number): T[] {
  const [one, next] = list.slice(at, at + 2);
  return one === undefined || next === undefined ? [...list] : list.toSpliced(at, 2, next, one);
}

const values: readonly Json[] = [null, true, 0, 2, 1e15, 'x', 'x'.repeat(2001), {}];

/** When the second event of the target of `everyKind` is said to be, a second after the first. */
const second = '2026-01-31T12:00:01Z';

/** What other entries of the same ledger, or good ones of others, have in that place. */
const likely: Readonly<Record<string, readonly Json[]>> = {
  endpoint: [
    'http://127.0.0.1:1',
    'https://[::1]',
    'http://localhost/x',
    'https://localhost.example',
    'https://127.1',
  ].concat([
    'https://127.0.0.1x',
    'https://a/b?c',
    'https://a@b',
    'https://é',
    'ftp://a',
    'https://other.api.nicecxone.com',
  ]),
  kind: ['genesis', 'intent', 'trust', 'rollout'],
  step: ['create', 'lower', 'raise'],
  status: ['applied', 'failed', 'unknown', 'not-attempted'],
  by: ['refused', 'not-sent', 'person'],
  remoteId: ['engine-1', 'engine-2'],
  targetId: ['engine-2'],
  timestamp: ['2026-01-31T12:00:00Z', '2026-01-31T12:00:09Z', '2026-01-31T12:00:01.000Z', '２026-01-31T12:00:01Z'],
  serverDate: ['2026-01-31T12:00:00.000Z'],
  before: [100, 101, 0.5],
  reason: ['', 'x'.repeat(501), '\u{1f600}'.repeat(500)],
  actor: ['\u{1f600}'.repeat(2000)],
  raises: [[]],
  head: ['a'.repeat(64), 'a'.repeat(41)],
  simulated: [false],
  answer: ['log-1'],
};

/** Ledgers in which one member of one entry is another, or gone, or one too many. */
function memberMutants(entries: readonly Entry[], at: number): [string, string][] {
  const entry = entries[at];
  if (entry === undefined) return [];
  const put = (name: string, changed: object, isHash: boolean): [string, string] => {
    // What it is now may be no entry at all; it is only written.
    const forgery = changed as Entry;
    return [`${at} ${name}`, forged(entries.with(at, isHash ? forgery : sealed(forgery)).slice(0, at + 4), at)];
  };
  return placesOf(entry).flatMap((place) => {
    const isHash = place.join('/') === 'hash';
    const odd = [...values, ...(likely[place.at(-1) ?? ''] ?? [])].map((value) =>
      put(`${place.join('/')} is ${JSON.stringify(value).slice(0, 20)}`, changedAt(entry, place, value), isHash),
    );
    return [...odd, put(`without ${place.join('/')}`, changedAt(entry, place, undefined), isHash)];
  });
}

/** Every member of an entry, and one that it has not, at every depth. */
function placesOf(value: object): string[][] {
  return Object.entries({ ...value, odd: 0 }).flatMap(([name, inner]: [string, unknown]) => {
    const below = typeof inner === 'object' && inner !== null ? placesOf(inner) : [];
    return [[name], ...below.map((place) => [name, ...place])];
  });
}

function changedAt(entry: object, [name = '', ...rest]: readonly string[], value: Json | undefined): object {
  // The places come from the entry itself.
  const inner = (entry as Record<string, unknown>)[name];
  const put = rest.length > 0 && typeof inner === 'object' && inner !== null ? changedAt(inner, rest, value) : value;
  if (Array.isArray(entry)) return entry.with(Number(name) || 0, put);
  const others = Object.entries(entry).filter(([member]) => member !== name);
  return Object.fromEntries(put === undefined ? others : [...others, [name, put]]);
}
