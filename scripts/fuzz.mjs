// Validates mutated manifests with the built program and looks for what must never happen: another exit code than 0 or 3,
// a stack trace, a bug, a document over 5 s. `npm run fuzz -- [--count N] [--seed N] [--number N] [--jobs N]`; `--number`
// writes one mutant of the seed and shows what validate says of it.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = join(root, 'dist/main.js');
/** So many environments are one run of `validate --all`. */
const batchSize = 250;
const limitOfOne = 5000;
const limitOfBatch = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'cxone-gitops-fuzz-'));

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    number: { type: 'string' },
    jobs: { type: 'string', default: '2' },
  },
});
const seed = Number(options.seed);
const { mutantOf, readCorpus } = await compiled('test/laws/mutants.ts');
const corpus = readCorpus(root);
const statistics = { documents: 0, valid: 0, invalid: 0, slowestBatch: 0, peakMib: 0, codes: new Map() };
const failures = [];

try {
  if (options.number === undefined) await fuzz(Number(options.count), Number(options.jobs));
  else await one(Number(options.number));
} finally {
  if (failures.length === 0 && options.number === undefined) rmSync(folder, { recursive: true, force: true });
}

async function fuzz(count, jobs) {
  console.log(`seed ${seed}, ${count} mutants of ${corpus.yaml.length} manifests`);
  const started = performance.now();
  let next = 0;
  const worker = async () => {
    for (let from = next; from < count && failures.length < 10; from = next) {
      next += batchSize;
      const numbers = Array.from({ length: Math.min(batchSize, count - from) }, (_, index) => from + index);
      await narrowedDown(numbers);
      statistics.documents += numbers.length;
      if (statistics.documents % 10_000 < batchSize) console.log(`${statistics.documents} …`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  const { documents, valid, invalid, slowestBatch, peakMib, codes } = statistics;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${documents} mutants in ${seconds} s: ${valid} valid, ${invalid} invalid, ${failures.length} failures`);
  console.log(`the slowest ${batchSize} took ${Math.round(slowestBatch)} ms; at most ${peakMib} MiB`);
  console.log(
    `codes: ${[...codes]
      .toSorted(([, a], [, b]) => b - a)
      .map(([code, times]) => `${code} ${times}`)
      .join(', ')}`,
  );
  for (const { number, fault, file } of failures)
    console.log(`✘ --seed ${seed} --number ${number}: ${fault}\n  ${file}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/** Runs the mutants at once, and where something is wrong each half of them, down to the one. */
async function narrowedDown(numbers) {
  const result = await validate(numbers, numbers.length === 1 ? limitOfOne : limitOfBatch);
  statistics.peakMib = Math.max(statistics.peakMib, result.mib);
  if (numbers.length === batchSize) statistics.slowestBatch = Math.max(statistics.slowestBatch, result.ms);
  // A slow batch may have one slow document.
  if (result.fault === undefined && (result.ms < limitOfOne * 2 || numbers.length === 1))
    return tally(result.environments);
  if (numbers.length > 1) {
    const half = Math.ceil(numbers.length / 2);
    await narrowedDown(numbers.slice(0, half));
    await narrowedDown(numbers.slice(half));
    return;
  }
  const [number] = numbers;
  failures.push({ number, fault: result.fault, file: await minimised(number, result.fault) });
}

function tally(environments) {
  for (const { status, problems } of environments) {
    statistics[status] += 1;
    for (const { code } of problems) statistics.codes.set(code, (statistics.codes.get(code) ?? 0) + 1);
  }
}

/** What is wrong with a run of `validate --all` over these mutants, if anything, and what it said. */
async function validate(numbers, limit, filesOf = (number) => mutantOf(corpus, seed, number)) {
  const manifests = mkdtempSync(join(folder, 'root-'));
  for (const number of numbers) write(join(manifests, `e${number}`), filesOf(number));
  const run = await start(['validate', '--all', '--format', 'json', '--root', manifests], limit);
  rmSync(manifests, { recursive: true, force: true });
  return { ...run, ...judged(run, numbers.length) };
}

function judged({ code, stdout, stderr, ms }, expected) {
  if (code === 'SIGKILL') return { fault: `it did not end within ${Math.round(ms)} ms` };
  if (/^\s+at .*:\d+/mu.test(stderr)) return { fault: `a stack trace: ${stderr.slice(0, 300)}` };
  if (code !== 0 && code !== 3) return { fault: `exit code ${code}: ${stderr.slice(0, 300)}` };
  try {
    const { environments } = JSON.parse(stdout);
    const other = environments.find(({ status }) => status !== 'valid' && status !== 'invalid');
    if (other !== undefined) return { fault: `an environment that is ${JSON.stringify(other).slice(0, 300)}` };
    if (environments.length !== expected)
      return { fault: `${environments.length} environments instead of ${expected}` };
    return { environments };
  } catch (error) {
    return { fault: `stdout is no JSON document: ${error.message}` };
  }
}

function start(args, limit) {
  const started = performance.now();
  const env = { PATH: process.env.PATH, NO_COLOR: '1' };
  const child = spawn(process.execPath, ['--require', join(root, 'bench/peak.cjs'), program, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const outputs = child.stdio.slice(1).map((stream) => {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    return chunks;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const [stdout, stderr, peak] = outputs.map((chunks) => Buffer.concat(chunks).toString());
      const ms = performance.now() - started;
      resolve({ code: code ?? signal, stdout, stderr, ms, mib: Math.round(Number(peak) / 1024) });
    });
  });
}

/** Leaves out what the fault does not need, in ever smaller pieces; returns the folder of what is left. */
async function minimised(number, fault) {
  const mutant = new Map(mutantOf(corpus, seed, number));
  const name = [...mutant.keys()].at(-1);
  if (name === 'a.yaml' && mutant.has('g.grxml')) mutant.delete('a.yaml');
  let bytes = Buffer.from(mutant.get(name));
  const isSame = async (candidate) => {
    const result = await validate([number], limitOfOne, () => new Map([...mutant, [name, candidate]]));
    return result.fault?.slice(0, 30) === fault.slice(0, 30);
  };
  let runs = 0;
  for (let size = Math.ceil(bytes.length / 2); size >= 1 && runs < 200; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < bytes.length && runs < 200; runs += 1) {
      const candidate = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + size)]);
      if (candidate.length > 0 && (await isSame(candidate))) bytes = candidate;
      else from += size;
    }
  }
  const kept = join(folder, `failure-${seed}-${number}`, 'fuzz');
  write(kept, new Map([...mutantOf(corpus, seed, number), [name, bytes]]));
  return kept;
}

async function one(number) {
  const kept = join(folder, 'fuzz');
  write(kept, mutantOf(corpus, seed, number));
  const { code, stdout, stderr, ms, mib } = await start(['validate', 'fuzz', '--root', folder], limitOfOne);
  console.log(`${stdout}${stderr}\n${kept}: exit code ${code}, ${Math.round(ms)} ms, ${mib} MiB`);
}

function write(to, files) {
  mkdirSync(to, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(to, name), bytes);
}

/** A TypeScript module that imports nothing but its own folder and Node's. */
async function compiled(file) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [file],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}
