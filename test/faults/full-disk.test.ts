import type * as NodeFs from 'node:fs';
import { existsSync } from 'node:fs';
import type * as FsPromises from 'node:fs/promises';
import { appendFile, utimes } from 'node:fs/promises';
import type * as Lockfile from 'proper-lockfile';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { hashJson } from '../../src/model/hash.js';
import { documentOf } from '../cli/documents.js';
import { type DiskFault, type DiskOperation, disk, healDisk } from './disk.js';
import { everything, watch, wrongs } from './scenario.js';
import type { Passing } from './wire.js';
import { closeWorlds, openWorld, type World } from './world.js';

vi.mock('node:fs/promises', async (original) =>
  (await import('./disk.js')).faultyFs(await original<typeof FsPromises>()),
);
vi.mock('proper-lockfile', async (original) => {
  const [{ faultyLock }, fs] = [await import('./disk.js'), await vi.importActual<typeof NodeFs>('node:fs')];
  const { default: lockfile } = await original<{ default: typeof Lockfile }>();
  return { default: faultyLock(lockfile, fs) };
});

afterEach(async () => {
  healDisk();
  await closeWorlds();
});

const reading = /^(read|stat|lstat|lock stat) /u;
/**
 * What may fail without a word: what is done once everything is on disk, closing what was only read, and the guard of the
 * lock, which is asked for again.
 */
const harmless =
  /^(close dev\.jsonl( #2)?|rm dev\.jsonl\.holder|lock rmdir dev\.jsonl\.lock|lock \w+ dev\.jsonl\.guard\.lock)$/u;

/** What an apply does to the disk, each once: entries by their number, the rest by its name and how often it was done. */
async function operations(): Promise<{ name: string; faults: DiskFault[] }[]> {
  const world = await openWorld(everything);
  const names: string[] = [];
  const named = namer();
  disk.done = (operation) => void names.push(...named(operation));
  expect((await world.apply()).code).toBe(0);
  healDisk();
  await closeWorlds();
  return names.map((name, index) => ({ name, faults: faultsOf(name, index) }));
}

/** Each fault that an operation can have; of ENOSPC and EIO, and of the two short writes, one for each entry. */
function faultsOf(name: string, index: number): DiskFault[] {
  const odd = index % 4 < 2;
  if (reading.test(name)) return ['EIO'];
  if (name.startsWith('write ')) return [odd ? 'ENOSPC' : 'EIO', odd ? 'short' : 'none'];
  return name.startsWith('fsync ') ? [odd ? 'EIO' : 'ENOSPC'] : ['ENOSPC', 'EIO'];
}

/** Names operations so that each run of a world has the same, though entries share writes now so, now so. */
function namer(): (operation: DiskOperation) => string[] {
  const seen = new Map<string, number>();
  let written: string[] = [];
  return ({ what, file, bytes }) => {
    if (what === 'write') {
      written = [...bytes.toString().matchAll(/"seq":(\d+),/gu)].map(([, seq]) => `entry ${seq}`);
      return written.map((entry) => `write of ${entry}`);
    }
    if (what === 'datasync') return written.map((entry) => `fsync of ${entry}`);
    const name = `${what} ${file.replace(/^cxone-gitops-faults-.*/u, 'the folder above')}`;
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return [nth === 1 ? name : `${name} #${nth}`];
  };
}

/** Has the operation of this name fail once: after that the disk is as it was, and nothing may be written behind the gap. */
function failAt(name: string, fault: DiskFault): () => boolean {
  const named = namer();
  let hit = false;
  disk.fate = (operation) => {
    if (hit || !named(operation).includes(name)) return undefined;
    hit = true;
    return fault;
  };
  return () => hit;
}

/** What is wrong with a request's leaving now: its intent, or that its audit event is sent, must be durable. */
function unannounced(world: World, { method, path, body }: Passing): string[] {
  const sends = method !== 'GET' && !path.endsWith('/token');
  if (!sends) return [];
  const durable = disk.synced.get(world.file('.cxone-gitops/dev.jsonl'))?.toString() ?? '';
  const entries: Record<string, unknown>[] = durable
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  const sent = JSON.parse(body);
  const of = (seq: unknown) => entries.find((entry) => entry['seq'] === seq);
  const announced = path.endsWith('/logs')
    ? entries.some(
        (entry) => entry['kind'] === 'delivering' && hashJson(eventIn(of(entry['outcome']))) === hashJson(sent),
      )
    : entries.some(({ kind, bodyHash }) => kind === 'intent' && bodyHash === hashJson(sent));
  return announced ? [] : [`${method} ${path} left unannounced: ${body}`];
}

// Sound: an outcome's event is an object of texts, or null.
const eventIn = (entry: Record<string, unknown> | undefined) =>
  (entry?.['event'] ?? null) as Record<string, string> | null;

async function examine(world: World, hit: () => boolean, name: string, fault: DiskFault): Promise<void> {
  const bad: string[] = [];
  let writes = 0;
  world.wire.fate = (passing) => {
    bad.push(...unannounced(world, passing));
    if (passing.method !== 'GET' && /\/(engines|webhooks)(\/|$)/u.test(passing.path)) writes += 1;
    return undefined;
  };
  world.wire.done = async () => void bad.push(...(await watch(world)));
  const ended = await world.apply('--format', 'json');
  expect(hit()).toBe(true);
  const document = documentOf(
    { stdout: ended.out, stderr: '' },
    ended.out.includes('"status": "error"') ? 'error' : 'apply',
  );
  const reasons = { ENOSPC: /ENOSPC/u, EIO: /EIO/u, short: /^/u, none: /nothing could be written/u };
  if (ended.code === 0) expect(fault === 'short' || harmless.test(name)).toBe(true);
  else {
    expect(ended.code).toBeOneOf(writes === 0 ? [1] : [7, 8]);
    expect(document['error']).toMatchObject({ code: 'LedgerError', exitCode: ended.code });
    expect(ended.err).toMatch(/^error: .*(dev\.jsonl|cxone-gitops\S*): (it )?can't be /mu);
    expect(ended.err).toMatch(reasons[fault]);
    expect(ended.err).not.toMatch(/^\s+at /mu);
  }

  healDisk();
  await letLocksAge(world);
  if ((await world.apply()).code !== 0) expect((await world.apply()).code).toBe(0);
  const sent = world.wire.log.length;
  expect((await world.apply()).code).toBe(0);
  expect(world.wire.log.slice(sent).filter((one) => /^(PATCH|POST (?!.*token))/u.test(one))).toEqual([]);
  expect([...bad, ...(await wrongs(world))]).toEqual([]);
}

const points = (await operations()).flatMap(({ name, faults }) => faults.map((fault) => [fault, name] as const));

describe('a disk that fails under the ledger lets no request leave without its intent, says so, and is made up for', () => {
  test.each(points)('%s at %s', async (fault, name) => {
    const world = await openWorld(everything);
    await examine(world, failAt(name, fault), name, fault);
  });
});
/** A lock that could not be taken away is free ten seconds later. */
async function letLocksAge(world: World): Promise<void> {
  const lock = world.file('.cxone-gitops/dev.jsonl.lock');
  const longAgo = new Date('2026-01-31T12:00:00Z');
  if (existsSync(lock)) await utimes(lock, longAgo, longAgo);
}

test('a torn line that can not be cut off is an error, and the next run cuts it off', async () => {
  const world = await openWorld(everything);
  expect((await world.apply()).code).toBe(0);
  await appendFile(world.file('.cxone-gitops/dev.jsonl'), '{"half":'.padEnd(20_000, 'x'));
  await world.change('g1', { description: 'by hand' });
  let hit = false;
  disk.fate = ({ what }) => {
    if (what !== 'truncate') return undefined;
    hit = true;
    return 'EIO';
  };
  const ended = await world.apply();
  expect([hit, ended.code]).toEqual([true, 1]);
  expect(ended.err).toMatch(/dev\.jsonl: can't be written: input or output failed \(EIO\)/u);
  healDisk();
  expect((await world.apply()).code).toBe(0);
  expect(await wrongs(world)).toEqual([]);
});
