import { appendFileSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entryHash, NO_PREV } from '../../src/ledger/entry.js';
import { fileLedger } from '../../src/ledger/file/file-ledger.js';
import { openLedger } from '../../src/ledger/open-ledger.js';
import { readLedger } from '../../src/ledger/read-ledger.js';
import { sha256 } from '../../src/model/hash.js';
import {
  change,
  deliveredChange,
  ENDPOINT,
  fakeClock,
  inLedger,
  intent,
  ledgerOptions,
  outcome,
  prodFile,
  START,
  storeOptions,
  temporaryFolder,
  verifyFolder,
} from './sample.js';

const OTHER = 'https://other.api.nicecxone.com';

function linesOf(folder: string): string[] {
  return readFileSync(prodFile(folder), 'utf8').trimEnd().split('\n');
}

describe('a new ledger', () => {
  test('starts with a genesis that names its environment, endpoint and id', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async () => undefined);
    expect(JSON.parse(linesOf(folder)[0] ?? '')).toMatchObject({
      v: 2,
      kind: 'genesis',
      seq: 1,
      prev: NO_PREV,
      ledgerId: 'ledger-1',
      environment: 'prod',
      endpoint: ENDPOINT,
      simulated: false,
      time: '2026-01-31T12:00:00.000Z',
    });
  });

  test('says that its endpoint is a simulator when that is on the loopback', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async () => undefined, { endpoint: 'http://127.0.0.1:8080' });
    expect(linesOf(folder)[0]).toContain('"simulated":true');
  });

  test('is readable by its owner alone, and so is its folder', async () => {
    const folder = join(temporaryFolder(), 'made', 'here');
    await inLedger(folder, async () => undefined);
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    expect(lstatSync(prodFile(folder)).mode & 0o777).toBe(0o600);
  });
});

describe('a ledger of version 1', () => {
  const ofVersion1 = async () => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    writeFileSync(prodFile(folder), readFileSync(prodFile(folder), 'utf8').replaceAll('"v":2}', '"v":1}'));
    return folder;
  };
  const refusal = {
    code: 'LedgerError',
    exitCode: 1,
    message: expect.stringMatching(
      /prod\.jsonl:1: the entry is of ledger version 1, and this program reads version 2 only$/,
    ),
    hint: 'Move this ledger away, or name another place with --ledger FOLDER. The next apply begins a new ledger.',
  };

  test('is not written, and stays as it is', async () => {
    const folder = await ofVersion1();
    const before = readFileSync(prodFile(folder), 'utf8');
    await expect(inLedger(folder, (ledger) => deliveredChange(ledger))).rejects.toMatchObject(refusal);
    expect(readFileSync(prodFile(folder), 'utf8')).toBe(before);
  });

  test('is not read either', async () => {
    const store = fileLedger(storeOptions(await ofVersion1()));
    await expect(readLedger({ store, environment: 'prod', endpoint: ENDPOINT })).rejects.toMatchObject(refusal);
  });
});

describe('the chain', () => {
  test('numbers the lines from 1, and each entry holds the hash of the one before it', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    const entries = linesOf(folder).map((line) => JSON.parse(line));
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(entries.slice(1).map(({ prev }) => prev)).toEqual(entries.slice(0, -1).map(({ hash }) => hash));
    expect(entries.map((entry) => entryHash(entry))).toEqual(entries.map(({ hash }) => hash));
    expect((await verifyFolder(folder)).clean).toBe(true);
  });

  test('holds when many appends are made at once', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async (ledger) => {
      await Promise.all(Array.from({ length: 50 }, (_, index) => deliveredChange(ledger, `engine-${index}`)));
    });
    const result = await verifyFolder(folder);
    expect(result).toMatchObject({ clean: true, entries: 201, delivered: 50 });
  });

  test('refuses an entry that can not be true, and goes on without it', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async (ledger) => {
      await expect(ledger.append(outcome(17))).rejects.toThrow('entry 17 is not an open intent');
      await deliveredChange(ledger);
    });
    expect((await verifyFolder(folder)).clean).toBe(true);
  });
});

describe('an unfinished last line', () => {
  test('is dropped, and the next entry says how long it was and what it hashed to', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    appendFileSync(prodFile(folder), '{"kind":"int');
    expect((await verifyFolder(folder)).fault?.code).toBe('unfinished');
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    expect(await verifyFolder(folder)).toMatchObject({ clean: true, entries: 9 });
    const said = linesOf(folder).map((line) => JSON.parse(line).droppedTail);
    expect(said).toEqual([...Array(5), { bytes: 12, sha256: sha256('{"kind":"int') }, ...Array(3)]);
  });

  test('is dropped as a whole when it is longer than the next entry', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    appendFileSync(prodFile(folder), 'x'.repeat(10_000));
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    expect(await verifyFolder(folder)).toMatchObject({ clean: true, entries: 9 });
  });

  test('of a genesis is dropped too', async () => {
    const folder = temporaryFolder();
    writeFileSync(prodFile(folder), '{"environ');
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    expect(linesOf(folder)[0]).toContain('"droppedTail":{"bytes":9');
    expect((await verifyFolder(folder)).clean).toBe(true);
  });

  test('does not disturb those who read', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    appendFileSync(prodFile(folder), '{"kind":"int');
    const state = await readLedger({
      store: fileLedger(storeOptions(folder)),
      environment: 'prod',
      endpoint: ENDPOINT,
    });
    expect(state.entries).toBe(5);
  });
});

describe('a ledger that can not be used', () => {
  test('of a real organisation refuses a simulator, and the other way round', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async () => undefined);
    const simulator = ledgerOptions(folder, { endpoint: 'http://[::1]:8080' });
    await expect(openLedger(simulator)).rejects.toThrow('it records changes to a real organisation');

    const simulated = temporaryFolder();
    await inLedger(simulated, async () => undefined, { endpoint: 'http://localhost:8080' });
    await expect(openLedger(ledgerOptions(simulated))).rejects.toThrow('it records changes to a simulator');
  });

  test('of another environment is refused', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async () => undefined, { environment: 'dev' });
    writeFileSync(prodFile(folder), readFileSync(join(folder, 'dev.jsonl')));
    await expect(openLedger(ledgerOptions(folder))).rejects.toMatchObject({ code: 'LedgerError' });
  });

  test('whose last entry was changed is refused', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => change(ledger));
    const text = readFileSync(prodFile(folder), 'utf8');
    writeFileSync(prodFile(folder), text.replace(/c0ffee(?!.*c0ffee)/su, 'c0ffef'));
    await expect(openLedger(ledgerOptions(folder))).rejects.toThrow(`${prodFile(folder)}:3: its hash is not`);
  });

  test('from which a line was taken is refused', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    const lines = readFileSync(prodFile(folder), 'utf8').split('\n');
    writeFileSync(prodFile(folder), lines.toSpliced(2, 1).join('\n'));
    await expect(openLedger(ledgerOptions(folder))).rejects.toThrow(':3: the entry says that it is number 4');
  });

  test('behind a symlink is refused, be it the file or its folder', async () => {
    const folder = temporaryFolder();
    const real = temporaryFolder();
    symlinkSync(join(real, 'elsewhere'), prodFile(folder));
    await expect(openLedger(ledgerOptions(folder))).rejects.toThrow('is a symlink');
    symlinkSync(real, join(folder, 'linked'));
    await expect(openLedger(ledgerOptions(join(folder, 'linked')))).rejects.toThrow('is a symlink');
  });

  test('that is a folder is refused with what to do', async () => {
    const folder = temporaryFolder();
    mkdirSync(prodFile(folder));
    await expect(openLedger(ledgerOptions(folder))).rejects.toMatchObject({ code: 'LedgerError', exitCode: 1 });
  });

  test('gives its lock back, so that the next run is not told to wait', async () => {
    const folder = temporaryFolder();
    writeFileSync(prodFile(folder), 'not a ledger\n');
    for (const _ of [1, 2]) await expect(openLedger(ledgerOptions(folder))).rejects.toThrow(':1: the line is not JSON');
  });
});

describe('the state', () => {
  test('knows the last outcome of each engine, what is open and what is undelivered', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, async (ledger) => {
      await deliveredChange(ledger);
      const seq = await change(ledger, 'engine-2');
      const open = await ledger.append(intent({ remoteId: 'engine-3' }));
      expect(ledger.state.lastOutcome('engine-1')).toMatchObject({ seq: 3, resultHash: sha256('after') });
      expect(ledger.state.undelivered.map((one) => one.seq)).toEqual([seq]);
      expect(ledger.state.openIntents.map((one) => one.entry.seq)).toEqual([open.seq]);
    });
    const read = await readLedger({ store: fileLedger(storeOptions(folder)), environment: 'prod', endpoint: ENDPOINT });
    expect(read.lastOutcome('engine-1')?.intent.git?.head).toBe('a'.repeat(40));
    expect(read.lastTimestamp('engine-2')).toBe('2026-01-31T12:00:00Z');
    expect(read).toMatchObject({ entries: 8, openIntents: [{ unknown: false }], undelivered: [{ seq: 7 }] });
  });

  test('of one endpoint ignores the entries of another', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => change(ledger));
    await inLedger(folder, (ledger) => ledger.append(intent({ remoteId: 'engine-1' })), { endpoint: OTHER });
    const first = await readLedger({
      store: fileLedger(storeOptions(folder)),
      environment: 'prod',
      endpoint: ENDPOINT,
    });
    const second = await readLedger({ store: fileLedger(storeOptions(folder)), environment: 'prod', endpoint: OTHER });
    expect([first.openIntents.length, first.undelivered.length]).toEqual([0, 1]);
    expect([second.openIntents.length, second.undelivered.length]).toEqual([1, 0]);
    expect(second.lastOutcome('engine-1')).toBeUndefined();
    expect([first.entries, second.entries]).toEqual([4, 4]);
  });

  test('keeps an intent open when its outcome is unknown, until another outcome closes it', async () => {
    await inLedger(temporaryFolder(), async (ledger) => {
      const { seq } = await ledger.append(intent());
      await ledger.append(outcome(seq, { status: 'unknown', resultHash: sha256('before') }));
      expect(ledger.state.openIntents).toMatchObject([{ unknown: true }]);
      expect(ledger.state.lastOutcome('engine-1')).toBeUndefined();
      await ledger.append(outcome(seq, { status: 'failed', resultHash: sha256('before') }));
      expect(ledger.state.openIntents).toEqual([]);
      expect(ledger.state.lastOutcome('engine-1')?.status).toBe('failed');
      expect(ledger.state.lastApplied('engine-1')).toBeUndefined();
    });
  });

  test('knows a create whose POST was applied and which no audit event speaks of', async () => {
    await inLedger(temporaryFolder(), async (ledger) => {
      const post = await ledger.append(intent({ action: 'create', step: 'create', remoteId: null, beforeHash: null }));
      await ledger.append(outcome(post.seq));
      expect(ledger.state.unauditedCreate('engine-1')).toBe(true);
      await change(ledger);
      expect(ledger.state.unauditedCreate('engine-1')).toBe(false);
    });
  });

  test('of no ledger is empty, and reading makes none', async () => {
    const folder = temporaryFolder();
    const state = await readLedger({
      store: fileLedger(storeOptions(folder)),
      environment: 'prod',
      endpoint: ENDPOINT,
    });
    expect(state).toMatchObject({ ledgerId: '', entries: 0, head: NO_PREV, openIntents: [], undelivered: [] });
    expect(() => lstatSync(prodFile(folder))).toThrow('ENOENT');
  });

  test('records the time of each entry by the clock of the run', async () => {
    const clock = fakeClock(START + 1234);
    await inLedger(
      temporaryFolder(),
      async (ledger) => {
        clock.advance(1);
        expect((await ledger.append(intent())).time).toBe('2026-01-31T12:00:01.235Z');
      },
      { clock },
    );
  });
});
