import { parseArgs } from 'node:util';
import {
  diskFaults,
  dryRun,
  entryMoments,
  examine,
  moments,
  nameOf,
  type Point,
  type Variant,
  variants,
} from './matrix.js';
import { openRealWorld, type Program } from './real-world.js';

interface Job {
  readonly name: string;
  readonly group: string;
  readonly point: Point;
  readonly variant: Variant;
}

interface Result {
  readonly job: Job;
  readonly wrongs: readonly string[];
}

/**
 * Runs the points of the kill matrix whose names hold `--only`, `--jobs` at a time, prints a table and each failure, and
 * returns the exit code: 0 when every point held. `--list` prints the names alone.
 */
export async function runMatrix(program: Program, args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: '' },
      jobs: { type: 'string', default: '6' },
      list: { type: 'boolean', default: false },
    },
  });
  const started = performance.now();
  const jobs = (await allJobs(program)).filter(({ name }) => name.includes(values.only));
  if (values.list) return print(jobs.map(({ name }) => name).join('\n'));
  print(`${jobs.length} points, ${values.jobs} at a time`);
  const results: Result[] = [];
  const waiting = jobs.values();
  const worker = async () => {
    for (const job of waiting) {
      results.push({ job, wrongs: await runOne(program, job) });
      if (results.length % 50 === 0) print(`${results.length} …`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
  const seconds = Math.round((performance.now() - started) / 1000);
  return report(results, seconds);
}

async function allJobs(program: Program): Promise<Job[]> {
  const { plain, lag, lost, unreadable, twins, blind } = variants;
  const [early, done, late] = moments;
  const each = async (
    variant: Variant,
    hows: readonly ('kill' | 'cut')[],
    whens: readonly (typeof moments)[number][],
  ) => {
    const { requests } = await counted(program, variant);
    return requests.flatMap((request) =>
      hows.flatMap((how) => whens.map((when) => jobOf({ how, when, request }, variant, how))),
    );
  };
  const { entries } = await counted(program, plain);
  const writes = Array.from({ length: entries }, (_, index) => {
    const entry = index + 1;
    const kills = entryMoments.map((when) => jobOf({ how: 'kill', when, entry }, plain, 'kill at a ledger entry'));
    const when = diskFaults[index % diskFaults.length] ?? 'EIO';
    return [
      ...kills.filter((_kill, nth) => nth % 2 === index % 2),
      jobOf({ how: 'disk', when, entry }, plain, 'failing disk'),
    ];
  });
  return [
    ...(await each(plain, ['kill', 'cut'], moments)),
    ...(await each(lag, ['kill', 'cut'], moments)),
    ...writes.flat(),
    ...(await each(lost, ['kill'], [early, done])),
    ...(await each(unreadable, ['kill', 'cut'], [done, late])),
    ...(await each(twins, ['kill'], [early, done])),
    ...(await each(blind, ['kill'], [early, done])),
  ];
}

function jobOf(point: Point, variant: Variant, how: string): Job {
  return { name: nameOf(point, variant), group: variant.name === '' ? how : `${how}; ${variant.name}`, point, variant };
}

async function counted(program: Program, { assume }: Variant) {
  const world = await openRealWorld(program, assume);
  try {
    return await dryRun(world);
  } finally {
    await world.close();
  }
}

async function runOne(program: Program, { point, variant }: Job): Promise<string[]> {
  const world = await openRealWorld(program, variant.assume);
  try {
    return await examine(world, point, variant);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  } finally {
    await world.close();
  }
}

function report(results: readonly Result[], seconds: number): number {
  const failed = results.filter(({ wrongs }) => wrongs.length > 0);
  print(`\npoints  failed  what`);
  for (const group of new Set(results.map(({ job }) => job.group))) {
    const some = results.filter(({ job }) => job.group === group);
    const bad = some.filter(({ wrongs }) => wrongs.length > 0).length;
    print(`${String(some.length).padStart(6)}  ${String(bad).padStart(6)}  ${group}`);
  }
  print(`${String(results.length).padStart(6)}  ${String(failed.length).padStart(6)}  in all, in ${seconds} s`);
  for (const { job, wrongs } of failed) {
    print(`\n✘ ${job.name}\n  npm run kill-matrix -- --only '${job.name}'`);
    for (const one of wrongs) print(`  ${one.trimEnd().slice(0, 2_000).replaceAll('\n', '\n    ')}`);
  }
  return results.length > 0 && failed.length === 0 ? 0 : 1;
}

function print(line: string): 0 {
  console.log(line);
  return 0;
}
