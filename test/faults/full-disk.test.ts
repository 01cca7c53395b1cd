import { afterEach, expect, test, vi } from 'vitest';
import type { LedgerHandle } from '../../src/ledger/group-commit.js';
import type * as LedgerFolder from '../../src/ledger/ledger-folder.js';
import { documentOf } from '../cli/documents.js';
import { everything, watch, wrongs } from './scenario.js';
import { closeWorlds, openWorld } from './world.js';

/** How the disk under the ledger fails: after so many bytes, or at that fsync. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY, syncs: Number.POSITIVE_INFINITY }));

vi.mock('../../src/ledger/ledger-folder.js', async (importOriginal) => {
  const original = await importOriginal<typeof LedgerFolder>();
  return { ...original, openLedgerFile: async (file: string) => failing(await original.openLedgerFile(file)) };
});

function failing(handle: LedgerHandle): LedgerHandle {
  return {
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
    write: async (buffer, offset, length, position) => {
      const fits = Math.min(length, disk.room);
      if (fits === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      const done = await handle.write(buffer, offset, fits, position);
      disk.room -= done.bytesWritten;
      return done;
    },
    datasync: async () => {
      if (--disk.syncs < 0) throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
      await handle.datasync();
    },
  };
}

afterEach(async () => {
  Object.assign(disk, { room: Number.POSITIVE_INFINITY, syncs: Number.POSITIVE_INFINITY });
  await closeWorlds();
});

// A whole apply writes about 23 KB; a rejection that nobody handles fails the test run.
const fates = [
  ...[0, 300, 1_000, 3_000, 6_000, 9_000, 13_000, 17_000, 21_000].map((room) => ({ room })),
  ...[0, 1, 3, 6].map((syncs) => ({ syncs })),
];

test.each(fates)(
  'a ledger whose disk ends at %o lets no request leave without its intent, and the next run goes on',
  async (fate) => {
    const world = await openWorld(everything);
    const bad: string[] = [];
    let writes = 0;
    world.wire.fate = async ({ method, path }) => {
      bad.push(...(await watch(world)));
      if (method === 'GET' || path.endsWith('/token') || path.endsWith('/logs')) return undefined;
      writes += 1;
      const intents = (await world.ledger()).filter(({ kind }) => kind === 'intent').length;
      if (intents < writes) bad.push(`write ${writes} left with ${intents} intents on disk`);
      return undefined;
    };
    Object.assign(disk, fate);
    const ended = await world.apply('--format', 'json');
    expect([1, 7, 8]).toContain(ended.code);
    expect(ended.code === 1).toBe(writes === 0);
    expect(ended.err).toMatch(/dev\.jsonl: can't be written: (ENOSPC|EIO)/u);
    expect(ended.err).toContain('Make room or mend the disk, then apply again');
    // One document in every outcome; the ledger could not even be begun where it is the error's.
    const document = documentOf(
      { stdout: ended.out, stderr: '' },
      ended.out.includes('"status": "error"') ? 'error' : 'apply',
    );
    expect(document['error']).toMatchObject({ code: 'LedgerError', exitCode: ended.code });

    Object.assign(disk, { room: Number.POSITIVE_INFINITY, syncs: Number.POSITIVE_INFINITY });
    world.wire.fate = () => undefined;
    const again = await world.apply();
    if (again.code !== 0) await world.apply();
    expect([...bad, ...(await wrongs(world))]).toEqual([]);
  },
);
