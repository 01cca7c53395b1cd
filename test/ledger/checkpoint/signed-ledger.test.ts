import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCheckpoint, signCheckpoint } from '../../../src/ledger/checkpoint/checkpoint.js';
import { keyBody } from '../../../src/ledger/checkpoint/key-entry.js';
import type { LedgerSigner } from '../../../src/ledger/checkpoint/ledger-signer.js';
import { isNoteFault, signatureOf, signNote } from '../../../src/ledger/checkpoint/signed-note.js';
import type { Entry, EntryOf } from '../../../src/ledger/entry.js';
import { checkpointFile } from '../../../src/ledger/file/checkpoint-file.js';
import { openLedgerFile } from '../../../src/ledger/file/ledger-folder.js';
import { groupCommit } from '../../../src/ledger/group-commit.js';
import type { OpenedStore } from '../../../src/ledger/ledger-store.js';
import { openLedger } from '../../../src/ledger/open-ledger.js';
import { verifyLedger } from '../../../src/ledger/verify/verify.js';
import { KnownError } from '../../../src/model/known-error.js';
import { entriesOf, forged } from '../../scripts/ledgers.js';
import { testKey } from '../keys.js';
import { linesOf } from '../lines.js';
import { CLAIMED, deliveredChange, inLedger, ledgerOptions, prodFile, temporaryFolder } from '../sample.js';

const [first, second, other] = [testKey(1), testKey(2, 'second'), testKey(3, 'other')];
const signer = { key: first, claimed: CLAIMED };
const rotating = { ...signer, next: second };

const kept = (folder: string) => checkpointFile(folder, 'prod');
const entries = (folder: string) => entriesOf(readFileSync(prodFile(folder), 'utf8'));
const kinds = (folder: string) => entries(folder).map(({ kind }) => kind);

/** The checkpoint beside a ledger, and which of the keys signed it. */
function checkpointOf(folder: string) {
  const checkpoint = parseCheckpoint(readFileSync(kept(folder), 'utf8'));
  if (isNoteFault(checkpoint)) throw new Error(checkpoint.fault);
  const by = [first, second, other].filter((key) => signatureOf(checkpoint.note, key) === 'valid');
  return { origin: checkpoint.origin, size: checkpoint.size, head: checkpoint.head, by: by.map(({ name }) => name) };
}

/** A folder with a ledger of two changes, signed. */
async function signedFolder(): Promise<string> {
  const folder = temporaryFolder();
  await inLedger(folder, (ledger) => deliveredChange(ledger), { signer });
  await inLedger(folder, (ledger) => deliveredChange(ledger), { signer });
  return folder;
}

describe('a ledger that is signed', () => {
  test('has the key right behind its genesis, and a checkpoint of its end beside it, for its owner alone', async () => {
    const folder = await signedFolder();
    const all = entries(folder);
    expect(kinds(folder).slice(0, 3)).toEqual(['genesis', 'key', 'intent']);
    expect(all[1]).toMatchObject({ publicKey: first.text, claimed: CLAIMED });
    expect(checkpointOf(folder)).toEqual({
      origin: 'ledger-1/prod',
      size: all.length,
      head: all.at(-1)?.hash,
      by: ['cxone-gitops'],
    });
    expect(statSync(kept(folder)).mode & 0o777).toBe(0o600);
    expect(existsSync(`${kept(folder)}.new`)).toBe(false);
  });

  test('has no checkpoint from before its key, even where each group of entries gets one', async () => {
    const sizes: number[] = [];
    const store = {
      name: 'in memory',
      read: () => linesOf(Buffer.alloc(0)),
      readCheckpoint: () => Promise.resolve(undefined),
      open: () => Promise.resolve(opened),
    };
    const opened: OpenedStore = {
      ...store,
      writer: (_end, checkpoint) =>
        groupCommit(
          async ({ last }) => {
            if (checkpoint !== undefined) sizes.push(Number(checkpoint(last)?.split('\n')[1]));
          },
          () => new KnownError('LedgerError', 'it can not fail'),
        ),
      lost: () => undefined,
      close: () => Promise.resolve(),
    };
    const ledger = await openLedger({ ...ledgerOptions(temporaryFolder()), store, signer });
    await deliveredChange(ledger);
    expect(sizes).toEqual([2, 3, 4, 5, 6]);
  });

  test('gets its key wherever it is when the first run with one comes', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    expect(existsSync(kept(folder))).toBe(false);
    await inLedger(folder, async ({ unsigned }) => expect(unsigned).toBe(5), { signer });
    expect(kinds(folder)).toEqual(['genesis', 'intent', 'outcome', 'delivering', 'delivered', 'key']);
    expect(checkpointOf(folder).size).toBe(6);
  });

  test('is signed also by a run that fails, and by one that adds nothing', async () => {
    const folder = await signedFolder();
    const failing = inLedger(
      folder,
      async (ledger) => {
        await deliveredChange(ledger, 'engine-2');
        throw new Error('the network is gone');
      },
      { signer },
    );
    await expect(failing).rejects.toThrow('the network is gone');
    expect(checkpointOf(folder).size).toBe(14);
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    expect(checkpointOf(folder).size).toBe(14);
    await inLedger(folder, async ({ unsigned }) => expect(unsigned).toBe(4), { signer });
    expect(checkpointOf(folder).size).toBe(18);
    expect(entries(folder)).toHaveLength(18);
  });

  test('is signed when it is closed, and not before', async () => {
    const folder = await signedFolder();
    const ledger = await openLedger(ledgerOptions(folder, { signer }));
    await deliveredChange(ledger, 'engine-2');
    expect(checkpointOf(folder).size).toBe(10);
    await ledger.close();
    expect(checkpointOf(folder).size).toBe(14);
  });

  test('keeps its checkpoint through no symlink, and over what a run that died left', async () => {
    const folder = await signedFolder();
    const elsewhere = join(temporaryFolder(), 'elsewhere');
    writeFileSync(elsewhere, 'untouched');
    symlinkSync(elsewhere, `${kept(folder)}.new`);
    await inLedger(folder, (ledger) => deliveredChange(ledger), { signer });
    expect(readFileSync(elsewhere, 'utf8')).toBe('untouched');
    expect(lstatSync(kept(folder)).isFile()).toBe(true);
    rmSync(kept(folder));
    symlinkSync(elsewhere, kept(folder));
    await expect(inLedger(folder, async () => undefined, { signer })).rejects.toThrow('it is a symlink');
  });

  test('that can not be signed stays as it is, and says so when it is closed', async () => {
    const folder = await signedFolder();
    const ledger = await openLedger(ledgerOptions(folder, { signer }));
    await deliveredChange(ledger, 'engine-2');
    mkdirSync(`${kept(folder)}.new/in-the-way`, { recursive: true });
    await expect(ledger.close()).rejects.toThrow(/the signed checkpoint can not be kept/);
    rmSync(`${kept(folder)}.new`, { recursive: true });
    // The lock was given back, and nothing is lost.
    await inLedger(folder, async ({ unsigned }) => expect(unsigned).toBe(4), { signer });
    expect(checkpointOf(folder).size).toBe(14);
  });

  test('keeps the checkpoint of another run that took its lock and that it has not heard of', async () => {
    const folder = await signedFolder();
    const ledger = await openLedger(ledgerOptions(folder, { signer }));
    await deliveredChange(ledger);
    writeFileSync(`${prodFile(folder)}.holder`, '{"pid":4343}');
    writeFileSync(kept(folder), "another run's");
    await ledger.close();
    expect(readFileSync(kept(folder), 'utf8')).toBe("another run's");
    expect(readFileSync(`${prodFile(folder)}.holder`, 'utf8')).toBe('{"pid":4343}');
    expect(existsSync(`${prodFile(folder)}.lock`)).toBe(true);
  });

  test.each<[string, LedgerSigner | undefined, LedgerSigner]>([
    ['the first one', undefined, signer],
    ['one that takes the place of another', signer, rotating],
  ])('is not signed by a key whose entry could not be written: %s', async (_, before, now) => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => deliveredChange(ledger), { signer: before });
    const openFile = async (file: string) =>
      Object.assign(await openLedgerFile(file), { write: () => Promise.reject(new Error('the disk is full')) });
    await expect(openLedger(ledgerOptions(folder, { signer: now, openFile }))).rejects.toThrow('the disk is full');
    await inLedger(folder, (ledger) => deliveredChange(ledger), { signer: now });
    expect(checkpointOf(folder).by).toEqual([(now.next ?? now.key).name]);
  });
});

describe('another key', () => {
  test('takes the place of the first by an entry that both sign, and signs from there on', async () => {
    const folder = await signedFolder();
    await inLedger(folder, async () => undefined, { signer: rotating });
    const last = entries(folder).at(-1);
    expect(last).toMatchObject({ kind: 'key', seq: 11, publicKey: second.text });
    expect(checkpointOf(folder)).toMatchObject({ size: 11, by: ['second'] });
    await inLedger(folder, (ledger) => deliveredChange(ledger), { signer: { ...signer, key: second } });
    expect(checkpointOf(folder)).toMatchObject({ size: 15, by: ['second'] });
    expect((await verifyLedger(linesOf(readFileSync(prodFile(folder))))).clean).toBe(true);
  });

  test.each([
    ['than the current one', { ...signer, key: other }, 'its signing key is cxone-gitops+'],
    ['that would have a third one take its place', { ...rotating, key: other }, 'its signing key is cxone-gitops+'],
    ['that is the current one already', { ...signer, next: first }, 'is its key since entry 2 already'],
  ])('%s is refused before anything is written', async (_, wrong, message) => {
    const folder = await signedFolder();
    const before = readFileSync(prodFile(folder));
    const refused = inLedger(folder, async () => undefined, { signer: wrong });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ code: 'ConfigurationError', exitCode: 3 });
    expect(readFileSync(prodFile(folder))).toEqual(before);
  });

  test('is refused once it was replaced, and can not come back', async () => {
    const folder = await signedFolder();
    await inLedger(folder, async () => undefined, { signer: rotating });
    await expect(inLedger(folder, async () => undefined, { signer })).rejects.toThrow('which it had before');
    const back = { key: second, next: first, claimed: CLAIMED };
    await expect(inLedger(folder, async () => undefined, { signer: back })).rejects.toThrow('since entry 2 already');
  });

  test('has nothing to take the place of in a ledger without one', async () => {
    const folder = temporaryFolder();
    await inLedger(folder, (ledger) => deliveredChange(ledger));
    const refused = inLedger(folder, async () => undefined, { signer: rotating });
    await expect(refused).rejects.toThrow('it has no signing key');
  });
});

describe('a ledger that is not what was signed is not written, with a key or without', () => {
  const rewrite = (folder: string, change: (all: Entry[]) => Entry[]) =>
    writeFileSync(prodFile(folder), forged(change(entries(folder))));

  test.each<[string, (folder: string) => void, RegExp]>([
    [
      'its end was cut off',
      (folder) => rewrite(folder, (all) => all.slice(0, 6)),
      /ends at entry 6, .* of 10 was signed/,
    ],
    ['it was removed', (folder) => rmSync(prodFile(folder)), /the ledger has no entry, .*its end was cut off/],
    [
      'it was rewritten with right hashes',
      (folder) => rewrite(folder, (all) => all.map((one) => (one.seq > 2 ? { ...one, time: START } : one))),
      /entry 10: it is not the entry that was signed .*rewritten here or before/,
    ],
    [
      'the checkpoint is of another ledger',
      (folder) => writeFileSync(kept(folder), signCheckpoint(first, { ...end(folder), origin: 'ledger-2/prod' })),
      /is a checkpoint of another ledger, ledger-2\/prod; this one is ledger-1\/prod/,
    ],
    [
      'the checkpoint is signed by somebody else',
      (folder) => writeFileSync(kept(folder), signCheckpoint(other, end(folder))),
      /is signed by other\+[0-9a-f]{8}, and the key of the ledger at entry 10 is cxone-gitops\+/,
    ],
    [
      'the checkpoint was changed',
      (folder) => writeFileSync(kept(folder), readFileSync(kept(folder), 'utf8').replace('\n10\n', '\n9\n')),
      /has a signature that does not hold/,
    ],
    ['the checkpoint is none', (folder) => writeFileSync(kept(folder), 'hello\n'), /is none: it has no signature/],
    ['the checkpoint is endless', (folder) => writeFileSync(kept(folder), 'x'.repeat(1 << 20)), /it is too long/],
  ])('because %s', async (_, spoil, message) => {
    for (const options of [{ signer }, {}]) {
      const folder = await signedFolder();
      spoil(folder);
      const before = existsSync(prodFile(folder)) ? readFileSync(prodFile(folder)) : Buffer.alloc(0);
      const refused = inLedger(folder, (ledger) => deliveredChange(ledger), options);
      await expect(refused).rejects.toThrow(message);
      await expect(refused).rejects.toBeInstanceOf(KnownError);
      expect(readFileSync(prodFile(folder))).toEqual(before);
    }
  });
});

describe('the entry of a key', () => {
  const keyOf = (all: readonly Entry[]) => {
    const found = all.find((one): one is EntryOf<'key'> => one.kind === 'key');
    if (found === undefined) throw new Error('no key');
    return found;
  };

  /** What a check says of the first ten entries with another key entry in place of the second. */
  async function faultOf(change: (key: EntryOf<'key'>) => Partial<EntryOf<'key'>>) {
    const all = entries(await signedFolder());
    const key = keyOf(all);
    const text = forged(all.with(1, { ...key, ...change(key) }));
    return (await verifyLedger(linesOf(Buffer.from(text)))).fault;
  }

  const place = ({ seq, prev }: EntryOf<'key'>) => ({ origin: 'ledger-1/prod', seq, prev });

  test.each<[string, (key: EntryOf<'key'>) => Partial<EntryOf<'key'>>, string]>([
    ['names another key than its note', () => ({ publicKey: other.text }), 'key-note'],
    ['has an id that is not that of its key', ({ publicKey }) => ({ publicKey: flipped(publicKey) }), 'key-text'],
    ['is signed by somebody else', (key) => ({ note: signNote(textOf(key.note), [other]) }), 'key-unsigned'],
    ['is signed by somebody else besides', (key) => ({ note: signNote(textOf(key.note), [first, other]) }), 'key-note'],
    ['is for another place', (key) => keyBody({ ...place(key), seq: 3 }, first, undefined), 'key-note'],
    [
      'is for another ledger',
      (key) => keyBody({ ...place(key), origin: 'ledger-2/prod' }, first, undefined),
      'key-note',
    ],
    [
      'is for another environment',
      (key) => keyBody({ ...place(key), origin: 'ledger-1/dev' }, first, undefined),
      'key-note',
    ],
    ['has no note', () => ({ note: 'hello' }), 'key-note'],
  ])('that %s is found', async (_, change, code) => {
    expect(await faultOf(change)).toMatchObject({ seq: 2, code });
  });

  test('that the key before it did not sign is found', async () => {
    const folder = await signedFolder();
    await inLedger(folder, async () => undefined, { signer: rotating });
    const all = entries(folder);
    const last = all.at(-1);
    if (last?.kind !== 'key') throw new Error('no key');
    const alone = { ...last, ...keyBody(place(last), other, undefined) };
    const { fault } = await verifyLedger(linesOf(Buffer.from(forged([...all.slice(0, -1), alone]))));
    expect(fault).toMatchObject({ seq: 11, code: 'key-unsigned' });
    expect(fault?.message).toContain('cxone-gitops+');
  });

  test('that brings a key back is found', async () => {
    const folder = await signedFolder();
    await inLedger(folder, async () => undefined, { signer: rotating });
    const all = entries(folder);
    const last = all.at(-1);
    if (last?.kind !== 'key') throw new Error('no key');
    const again = { ...last, seq: 12, prev: last.hash };
    const back = { ...again, ...keyBody(place(again), first, second) };
    const { fault } = await verifyLedger(linesOf(Buffer.from(forged([...all, back]))));
    expect(fault).toMatchObject({ seq: 12, code: 'key-again' });
  });
});

const START = '2026-02-28T12:00:00.000Z';

/** What a checkpoint of the whole ledger says. */
function end(folder: string) {
  const all = entries(folder);
  return { origin: 'ledger-1/prod', size: all.length, head: all.at(-1)?.hash ?? '' };
}

function textOf(note: string): string {
  return note.slice(0, note.indexOf('\n\n') + 1);
}

function flipped(publicKey: string): string {
  const [name, id = '', key] = publicKey.split('+');
  return [name, id.replace(/^./u, (digit) => (digit === '0' ? '1' : '0')), key].join('+');
}
