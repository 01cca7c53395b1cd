import { describe, expect, test } from 'vitest';
import type { LedgerHandle } from '../../../src/ledger/file/append-to-file.js';
import { openLedgerFile } from '../../../src/ledger/file/ledger-folder.js';
import { openLedger } from '../../../src/ledger/open-ledger.js';
import { deliveredChange, inLedger, intent, ledgerOptions, temporaryFolder, verifyFolder } from '../sample.js';

/** A disk that counts its fsyncs, and fails as it is told to. */
function disk(faults: Partial<Pick<LedgerHandle, 'write' | 'datasync'>> = {}) {
  const counts = { writes: 0, syncs: 0, armed: false };
  const openFile = async (file: string): Promise<LedgerHandle> => {
    const real = await openLedgerFile(file);
    const ordinary = (name: 'write' | 'datasync') => !counts.armed || faults[name] === undefined;
    return {
      write: async (buffer, offset, length, position) => {
        counts.writes += 1;
        if (ordinary('write') || faults.write === undefined) return real.write(buffer, offset, length, position);
        const { bytesWritten } = await faults.write(buffer, offset, length, position);
        return real.write(buffer, offset, bytesWritten, position);
      },
      datasync: async () => {
        counts.syncs += 1;
        if (ordinary('datasync') || faults.datasync === undefined) return real.datasync();
        return faults.datasync();
      },
      truncate: (length) => real.truncate(length),
      close: () => real.close(),
    };
  };
  return { counts, openFile };
}

const full = () => Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));

describe('group commit', () => {
  test('makes a hundred appends of one moment durable with one fsync', async () => {
    const { counts, openFile } = disk();
    await inLedger(
      temporaryFolder(),
      async (ledger) => {
        const before = counts.syncs;
        await Promise.all(Array.from({ length: 100 }, (_, index) => ledger.append(intent({ remoteId: `e-${index}` }))));
        expect(counts.syncs - before).toBe(1);
      },
      { openFile },
    );
  });

  test('makes what arrives during an fsync durable with the next one', async () => {
    const { counts, openFile } = disk();
    await inLedger(
      temporaryFolder(),
      async (ledger) => {
        const before = counts.syncs;
        const first = ledger.append(intent({ remoteId: 'e-0' }));
        await Promise.resolve();
        await Promise.resolve();
        const rest = Array.from({ length: 9 }, (_, index) => ledger.append(intent({ remoteId: `e-${index}` })));
        await Promise.all([first, ...rest]);
        expect(counts.syncs - before).toBe(2);
      },
      { openFile },
    );
  });

  test('resolves an append only after its fsync', async () => {
    const order: string[] = [];
    const { counts, openFile } = disk({
      datasync: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push('fsync');
      },
    });
    await inLedger(
      temporaryFolder(),
      async (ledger) => {
        counts.armed = true;
        await ledger.append(intent());
        order.push('append');
      },
      { openFile },
    );
    expect(order).toEqual(['fsync', 'append']);
  });
});

describe('a disk that fails', () => {
  test.each([
    ['is full', { write: full }],
    ['takes nothing', { write: () => Promise.resolve({ bytesWritten: 0 }) }],
    ['fails to fsync', { datasync: () => Promise.reject(new Error('EIO: i/o error')) }],
  ])('and %s fails the append with a LedgerError, and every later one', async (_, faults) => {
    const folder = temporaryFolder();
    const { counts, openFile } = disk(faults);
    const ledger = await openLedger(ledgerOptions(folder, { openFile }));
    counts.armed = true;
    const together = [ledger.append(intent()), ledger.append(intent({ remoteId: 'engine-2' }))];
    for (const append of together) await expect(append).rejects.toMatchObject({ code: 'LedgerError' });
    counts.armed = false;
    const { writes } = counts;
    await expect(ledger.append(intent())).rejects.toMatchObject({ code: 'LedgerError', exitCode: 1 });
    expect(counts.writes).toBe(writes);
    await ledger.close();
  });

  test('writes the rest of a short write', async () => {
    const folder = temporaryFolder();
    const { counts, openFile } = disk({
      write: (_b, _o, length) => Promise.resolve({ bytesWritten: Math.min(7, length) }),
    });
    const ledger = await openLedger(ledgerOptions(folder, { openFile }));
    counts.armed = true;
    await deliveredChange(ledger);
    await ledger.close();
    expect(await verifyFolder(folder)).toMatchObject({ clean: true, entries: 5 });
  });

  test('in the middle of a line leaves a ledger that the next run goes on with', async () => {
    const folder = temporaryFolder();
    let left = 1;
    const { counts, openFile } = disk({ write: () => (left-- > 0 ? Promise.resolve({ bytesWritten: 100 }) : full()) });
    const ledger = await openLedger(ledgerOptions(folder, { openFile }));
    counts.armed = true;
    await expect(ledger.append(intent())).rejects.toThrow('no space is left');
    await ledger.close();
    await inLedger(folder, (next) => deliveredChange(next));
    expect(await verifyFolder(folder)).toMatchObject({ clean: true, entries: 5 });
  });

  test('is waited for by close, when entries are still on their way', async () => {
    const folder = temporaryFolder();
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    const { counts, openFile } = disk({ datasync: slow });
    const ledger = await openLedger(ledgerOptions(folder, { openFile }));
    counts.armed = true;
    const append = ledger.append(intent());
    await ledger.close();
    await expect(append).resolves.toMatchObject({ seq: 2 });
    expect((await verifyFolder(folder)).entries).toBe(2);
  });

  test('refuses an append after close', async () => {
    const ledger = await openLedger(ledgerOptions(temporaryFolder()));
    await ledger.close();
    await ledger.close();
    await expect(ledger.append(intent())).rejects.toMatchObject({ code: 'LedgerError' });
  });
});
