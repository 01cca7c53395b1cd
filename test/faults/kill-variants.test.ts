import type * as FsPromises from 'node:fs/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type DiskOperation, disk, healDisk } from './disk.js';
import {
  dryRun,
  type EntryPoint,
  entryMoments,
  examine,
  moments,
  nameOf,
  type Point,
  type Variant,
  variants,
} from './matrix.js';
import { everything } from './scenario.js';
import { closeWorlds, openWorld, type World } from './world.js';

vi.mock('node:fs/promises', async (original) =>
  (await import('./disk.js')).faultyFs(await original<typeof FsPromises>()),
);

afterEach(async () => {
  healDisk();
  await closeWorlds();
});

const { plain, lost, unreadable, twins, blind } = variants;

/** One point a request and variant: what is killed in one is cut in the next, each at another moment. */
async function pointsOf(): Promise<[Point, Variant][]> {
  const perVariant = [lost, unreadable, twins, blind].map(async (variant) => {
    const { requests } = await dryRun(await openWorld({ ...everything, assume: variant.assume }));
    return requests.flatMap((request, index): [Point, Variant][] => {
      const when = moments[index % moments.length] ?? 'after it is done';
      return [[{ how: index % 4 === 3 ? 'cut' : 'kill', when, request }, variant]];
    });
  });
  const { requests, entries } = await dryRun(await openWorld(everything));
  const powered = requests.map((request): [Point, Variant] => [
    { how: 'power', when: 'after it is done', request },
    plain,
  ]);
  const written = Array.from({ length: entries }, (_, index): [Point, Variant] => {
    const when = entryMoments[index % entryMoments.length] ?? 'written';
    return [{ how: 'kill', when, entry: index + 1 }, plain];
  });
  return [...(await Promise.all(perVariant)).flat(), ...powered, ...written];
}

const points = (await pointsOf()).map(([point, variant]) => [nameOf(point, variant), point, variant] as const);
await closeWorlds();

describe('an apply', () => {
  test.each(points)('%s: the next runs converge as far as they can know', async (_name, point, variant) => {
    const world = await openWorld({ ...everything, assume: variant.assume });
    const subject = { ...world, killAt: (at: EntryPoint) => killWhileWriting(world, at) };
    expect(await examine(subject, point, variant)).toEqual([]);
  });
});

/** Kills the run when it gets to this entry of its ledger. */
function killWhileWriting(world: World, { entry, when }: EntryPoint): void {
  let written = false;
  const kill = () => {
    world.kill();
    // The runs after it have a disk that does what it should.
    healDisk();
  };
  const holdsIt = ({ what, bytes }: DiskOperation) => what === 'write' && bytes.toString().includes(`"seq":${entry},`);
  disk.fate = (operation) => {
    if (!holdsIt(operation)) return undefined;
    if (when === 'before it is written') kill();
    return when === 'half written' ? 'short' : undefined;
  };
  disk.done = (operation) => {
    written ||= holdsIt(operation);
    if (written && (when !== 'durable' || operation.what === 'datasync')) kill();
  };
}
