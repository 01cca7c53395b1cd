import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openLedger } from '../../../src/ledger/open-ledger.js';
import { deliveredChange, inLedger, ledgerOptions, prodFile, temporaryFolder, verifyFolder } from '../sample.js';

const LEDGER = fileURLToPath(new URL('../../../src/ledger/', import.meta.url));

/** Another process that opens the ledger of `folder`, and keeps it open until it is killed. */
async function holdInChild(folder: string): Promise<ChildProcess> {
  const script = join(folder, 'hold.mjs');
  await build({
    stdin: {
      contents: `
        import { openLedger } from ${JSON.stringify(`${LEDGER}open-ledger.ts`)};
        import { fileLedger } from ${JSON.stringify(`${LEDGER}file/file-ledger.ts`)};
        const options = { environment: 'prod', clock: Date, endpoint: 'https://acme.api.nicecxone.com' };
        const holder = { folder: ${JSON.stringify(folder)}, pid: process.pid, hostname: 'runner' };
        await openLedger({ ...options, store: fileLedger({ ...options, ...holder }), randomId: () => 'ledger-1' });
        console.log('open');
        setInterval(() => {}, 1000);`,
      resolveDir: folder,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    outfile: script,
    logLevel: 'error',
  });
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('no stdout');
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the lock of a ledger', () => {
  test('that another process holds names it: process, machine and since when', async () => {
    const folder = temporaryFolder();
    const child = await holdInChild(folder);
    const refused = openLedger(ledgerOptions(folder, { isAlive }));
    await expect(refused).rejects.toThrow(
      new RegExp(`prod.jsonl: it is locked by process ${child.pid} on runner, since 20\\d\\d-.*Z`, 'u'),
    );
    await expect(refused).rejects.toMatchObject({ code: 'LedgerError', exitCode: 1 });
  });

  test('of a process that was killed is free at once', async () => {
    const folder = temporaryFolder();
    const child = await holdInChild(folder);
    await kill(child);
    expect(existsSync(`${prodFile(folder)}.lock`)).toBe(true);
    await inLedger(folder, (ledger) => deliveredChange(ledger), { isAlive });
    expect(await verifyFolder(folder)).toMatchObject({ clean: true, entries: 5 });
  });

  test('of a killed process is not taken where nobody can tell that it is dead', async () => {
    const folder = temporaryFolder();
    await kill(await holdInChild(folder));
    await expect(openLedger(ledgerOptions(folder))).rejects.toThrow('it is locked by process');
    const elsewhere = ledgerOptions(folder, { hostname: 'another-runner', isAlive: () => false });
    await expect(openLedger(elsewhere)).rejects.toThrow('it is locked by process');
  });

  test('is given back on close, with nothing left behind', async () => {
    const folder = temporaryFolder();
    const ledger = await openLedger(ledgerOptions(folder));
    await expect(openLedger(ledgerOptions(folder))).rejects.toThrow('it is locked by process 4242 on runner');
    expect(JSON.parse(readFileSync(`${prodFile(folder)}.holder`, 'utf8'))).toMatchObject({ pid: 4242 });
    await ledger.close();
    for (const end of ['lock', 'holder', 'guard.lock']) expect(existsSync(`${prodFile(folder)}.${end}`)).toBe(false);
    await inLedger(folder, async () => undefined);
  });

  test('is refused without a name when the file that names the holder is damaged', async () => {
    const folder = temporaryFolder();
    const ledger = await openLedger(ledgerOptions(folder));
    writeFileSync(`${prodFile(folder)}.holder`, '{"pid":');
    await expect(openLedger(ledgerOptions(folder, { isAlive: () => false }))).rejects.toThrow('locked by another run');
    await ledger.close();
  });

  test('is judged to be a dead one by one run at a time: two would take it from each other', async () => {
    const folder = temporaryFolder();
    await kill(await holdInChild(folder));
    const guarded: boolean[] = [];
    const isDead = () => {
      guarded.push(existsSync(`${prodFile(folder)}.guard.lock`));
      return false;
    };
    await inLedger(folder, async () => undefined, { isAlive: isDead });
    expect(guarded).toEqual([true]);
  });

  test('goes to exactly one of many who want it at the same moment, though its last holder is dead', async () => {
    const folder = temporaryFolder();
    await kill(await holdInChild(folder));
    const alive = (pid: number) => pid === 4242;
    const turns = async (count: number) => {
      for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
    };
    const open = async (index: number) => {
      await turns(index);
      return openLedger(ledgerOptions(folder, { isAlive: alive }));
    };
    const tries = await Promise.allSettled(Array.from({ length: 16 }, (_, index) => open(index)));
    const opened = tries.filter((one) => one.status === 'fulfilled');
    expect(opened).toHaveLength(1);
    for (const { value } of opened) await value.close();
  });
});
