import { existsSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { checkpointFile } from '../../../src/ledger/file/checkpoint-file.js';
import { openLedgerFile, type syncFolder } from '../../../src/ledger/file/ledger-folder.js';
import { openLedger } from '../../../src/ledger/open-ledger.js';
import { testKey } from '../keys.js';
import { CLAIMED, deliveredChange, inLedger, intent, ledgerOptions, temporaryFolder, verifyFolder } from '../sample.js';

const locks = vi.hoisted(() => ({ lose: (_error: Error) => {}, inUse: 0 }));

// A lock that is lost at a word: the real one finds out by a timer.
vi.mock('proper-lockfile', () => ({
  default: {
    lock: async (_file: string, { onCompromised }: { onCompromised: (error: Error) => void }) => {
      locks.lose = onCompromised;
      locks.inUse += 1;
      return async () => {
        locks.inUse -= 1;
      };
    },
  },
}));

const done: string[] = [];

vi.mock('../../../src/ledger/file/ledger-folder.js', async (importOriginal) => {
  const original = await importOriginal<{ syncFolder: typeof syncFolder }>();
  return {
    ...original,
    syncFolder: async (folder: string) => {
      await original.syncFolder(folder);
      done.push('folder');
    },
  };
});

afterEach(() => {
  done.length = 0;
});

const signer = { key: testKey(1), claimed: CLAIMED };

/** A file that tells when it is made durable. */
async function openFile(file: string) {
  const handle = await openLedgerFile(file);
  const datasync = handle.datasync.bind(handle);
  return Object.assign(handle, {
    datasync: async () => {
      await datasync();
      done.push('file');
    },
  });
}

test('a new ledger is there once its file and then its name are durable; one that was there needs its file alone', async () => {
  const folder = temporaryFolder();
  const ledger = await openLedger(ledgerOptions(folder, { openFile }));
  expect(done).toEqual(['file', 'folder']);
  await ledger.append(intent());
  expect(done).toEqual(['file', 'folder', 'file']);
  await ledger.close();
  await inLedger(folder, (again) => again.append(intent({ remoteId: 'engine-2' })), { openFile });
  expect(done).toEqual(['file', 'folder', 'file', 'file']);
});

test('a run whose lock was lost writes nothing more, says why, and signs nothing', async () => {
  const folder = temporaryFolder();
  await inLedger(folder, (ledger) => deliveredChange(ledger));
  const ledger = await openLedger(ledgerOptions(folder, { signer }));
  expect(ledger.lost()).toBeUndefined();
  locks.lose(new Error('somebody else took it'));
  expect(ledger.lost()?.message).toContain('another run took its lock');
  await expect(ledger.append(intent())).rejects.toThrow('another run took its lock');
  await ledger.close();
  expect(existsSync(checkpointFile(folder, 'prod'))).toBe(false);
  expect((await verifyFolder(folder)).entries).toBe(6);
});

test('a lock that is lost while the ledger is opened lets it begin nothing', async () => {
  const folder = temporaryFolder();
  const lost = ledgerOptions(folder, {
    openFile: async (file) => {
      locks.lose(new Error('somebody else took it'));
      return openFile(file);
    },
  });
  await expect(openLedger(lost)).rejects.toThrow('another run took its lock');
  expect((await verifyFolder(folder)).entries).toBe(0);
});

test('a ledger that is closed takes nothing more, and one that can not be opened gives its lock back', async () => {
  const folder = temporaryFolder();
  const ledger = await openLedger(ledgerOptions(folder));
  await ledger.close();
  await expect(ledger.append(intent())).rejects.toThrow('it was closed already');
  const refusing = () => Promise.reject(new Error('no such device'));
  await expect(openLedger(ledgerOptions(folder, { openFile: refusing }))).rejects.toThrow('no such device');
  expect(locks.inUse).toBe(0);
});
