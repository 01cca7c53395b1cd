import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { branchLedger } from '../../../src/ledger/branch/branch-ledger.js';
import { sealEntry } from '../../../src/ledger/entry.js';
import { change, deliveredChange, ENDPOINT, intent, outcome, START } from '../sample.js';
import {
  BRANCH,
  branchOptions,
  branchWorld,
  commitFiles,
  filesOn,
  inBranch,
  quickClock,
  verifyBranch,
} from './world.js';

describe('a ledger on a branch', () => {
  test('is what the next run reads, from another clone', async () => {
    const world = branchWorld();
    const [one, two] = [world.clone(), world.clone()];
    await inBranch(branchOptions(one), (ledger) => deliveredChange(ledger));
    await inBranch(branchOptions(two), (ledger) => deliveredChange(ledger));
    expect(await verifyBranch(branchOptions(one))).toMatchObject({ clean: true, entries: 9, delivered: 2 });
    expect(filesOn(world.origin)).toEqual(['prod/000000000001.jsonl']);
  });

  test('has an entry on the remote before it says that the entry is durable', async () => {
    const world = branchWorld();
    await inBranch(branchOptions(world.clone()), async (ledger) => {
      const { hash } = await ledger.append(intent());
      expect(world.origin.git('cat-file', 'blob', `${BRANCH}:prod/000000000001.jsonl`)).toContain(hash);
      expect(filesOn(world.origin)).toContain('prod/holder');
    });
    expect(filesOn(world.origin)).not.toContain('prod/holder');
  });

  test('takes entries that wait together by one push', async () => {
    const world = branchWorld();
    const options = branchOptions(world.clone());
    await inBranch(options, (ledger) =>
      Promise.all(Array.from({ length: 20 }, (_, index) => change(ledger, `engine-${index}`))),
    );
    const subjects = world.origin.git('log', '--reverse', '--format=%s', BRANCH).trim().split('\n');
    expect(subjects).toEqual([
      expect.stringMatching(/^prod: held by ada/),
      'prod: entry 1',
      'prod: entries 2 to 21',
      'prod: entries 22 to 41',
      'prod: released',
    ]);
  });

  test('takes what comes of requests that left together by one push', async () => {
    const world = branchWorld();
    const clock = quickClock();
    // A push takes time, and a wait is as long as what is waited for.
    const now = () => {
      clock.advance(50);
      return clock.now();
    };
    const slow = { now, sleep: untilAborted };
    await inBranch(branchOptions(world.clone(), { clock: slow }), async (ledger) => {
      const announced = [intent(), intent({ id: 'SpeechEngine/B@1.0.0', remoteId: 'engine-2' })];
      const [one, two] = await Promise.all(announced.map((body) => ledger.append(body)));
      const first = ledger.append(outcome(one?.seq ?? 0));
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all([first, ledger.append(outcome(two?.seq ?? 0, { remoteId: 'engine-2' }))]);
    });
    expect(world.origin.git('log', '--reverse', '--format=%s', BRANCH).trim().split('\n').slice(2)).toEqual([
      'prod: entries 2 to 3',
      'prod: entries 4 to 5',
      'prod: released',
    ]);
  });

  test('is in segments of 64 KiB, which together are the file of docs/ledger.md', async () => {
    const world = branchWorld();
    const options = branchOptions(world.clone());
    await inBranch(options, async (ledger) => {
      for (let run = 0; run < 4; run += 1) {
        await Promise.all(Array.from({ length: 40 }, (_, index) => change(ledger, `engine-${run}-${index}`)));
      }
    });
    const files = filesOn(world.origin);
    expect(files.length).toBeGreaterThan(3);
    const texts = files.map((file) => world.origin.git('cat-file', 'blob', `${BRANCH}:${file}`));
    expect(texts.map((text) => text.endsWith('\n'))).toEqual(files.map(() => true));
    expect(texts.slice(0, -1).every((text) => text.length >= 65_536 && text.length < 68_000)).toBe(true);
    const numbers = files.map((file) => Number(path.basename(file, '.jsonl')));
    expect(texts.map((text) => JSON.parse(text.slice(0, text.indexOf('\n'))).seq)).toEqual(numbers);
    expect(await verifyBranch(options)).toMatchObject({ fault: undefined, entries: 321 });
    // The next run goes on in the last one.
    await inBranch(branchOptions(world.clone()), (ledger) => deliveredChange(ledger));
    expect(await verifyBranch(options)).toMatchObject({ fault: undefined, entries: 325 });
  });

  test('without a branch is an empty one, and reading makes none', async () => {
    const world = branchWorld();
    const clone = world.clone();
    expect((await verifyBranch(branchOptions(clone))).fault?.code).toBe('empty');
    expect(world.origin.git('for-each-ref', 'refs/heads/cxone-gitops')).toBe('');
    expect(await branchLedger(branchOptions(clone)).readCheckpoint()).toBeUndefined();
  });

  test('leaves everything else on the branch as it is, whatever it is called', async () => {
    const world = branchWorld();
    const clone = world.clone();
    commitFiles(clone, { 'README.md': 'hello', 'odd\n"näme"/x': 'x', 'test/000000000001.jsonl': '{}\n' });
    const before = world.origin.git('ls-tree', '-r', '-z', BRANCH);
    await inBranch(branchOptions(world.clone()), (ledger) => deliveredChange(ledger));
    const after = world.origin.git('ls-tree', '-r', '-z', BRANCH).split('\0');
    expect(after.filter((row) => !row.includes('\tprod/')).join('\0')).toBe(before);
    world.origin.git('fsck', '--strict');
  });

  test('in a repository of SHA-256 works likewise', async () => {
    const world = branchWorld('sha256');
    const options = branchOptions(world.clone());
    await inBranch(options, (ledger) => deliveredChange(ledger));
    expect(await verifyBranch(options)).toMatchObject({ clean: true, entries: 5 });
  });

  test('keeps the checkpoint of its last entry, in the same commit', async () => {
    const world = branchWorld();
    const options = branchOptions(world.clone());
    const store = branchLedger(options);
    const run = await store.open();
    const commit = run.writer({ size: 0, tail: 0, last: undefined }, ({ seq }) => `signed to ${seq}`);
    const genesis = { kind: 'genesis', environment: 'prod', simulated: false } as const;
    const time = new Date(START).toISOString();
    const link = { ledgerId: 'ledger-1', seq: 1, prev: '0'.repeat(64), time, endpoint: ENDPOINT };
    const sealed = sealEntry(genesis, link);
    await commit.write(sealed);
    const shown = world.origin.git('show', '--name-only', '--format=', BRANCH).trim().split('\n');
    expect(shown).toEqual(['prod/000000000001.jsonl', 'prod/checkpoint']);
    expect(await store.readCheckpoint()).toBe('signed to 1');
    await run.close();
    const next = await store.open();
    next.writer({ size: sealed.line.length, tail: 0, last: sealed.entry }, ({ seq }) => `signed anew to ${seq}`);
    await next.close();
    expect(await store.readCheckpoint(), 'also by a run that adds nothing').toBe('signed anew to 1');
  });
});

function untilAborted(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}
