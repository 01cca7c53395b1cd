// Prints start-up and a plan of 2,000 unchanged engines, each beside a floor measured in the same run: `node -e 0`, and a
// bare loop that fetches the same pages and parses the same files. Ratios travel between machines, times do not; so
// nothing here is a test. `npm run bench`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = join(root, 'dist/main.js');
const engines = 2000;
const folder = mkdtempSync(join(tmpdir(), 'cxone-gitops-bench-'));

const simulator = spawn(process.execPath, [program, 'simulate'], { stdio: ['ignore', 'pipe', 'ignore'] });
try {
  startUp();
  await planUnchanged(await firstLine(simulator));
} finally {
  simulator.kill();
  rmSync(folder, { recursive: true, force: true });
}

function startUp() {
  const floor = { args: ['-e', '0'] };
  const version = { args: [program, '--version'] };
  const validate = { args: [program, 'validate', 'dev'] };
  const [least, one, two] = inTurn(21, [floor, version, validate]);
  console.log('start-up, median of 21 runs in turn');
  row('node -e 0', least, least);
  row('--version', one, least, 1.6);
  row('validate dev', two, least, 4);
}

async function planUnchanged(url) {
  const specs = Array.from({ length: engines }, (_, index) => spec(index));
  mkdirSync(join(folder, 'environments/bench/engines'), { recursive: true });
  writeFileSync(
    join(folder, 'environments/bench/environment.yaml'),
    'apiVersion: cxone-gitops/v1\nkind: Environment\nspec:\n  orgId: bench\n',
  );
  for (const [index, one] of specs.entries()) {
    writeFileSync(join(folder, `environments/bench/engines/engine-${index}.yaml`), manifest(index, one));
  }
  const state = await (await fetch(`${url}/_simulator/state`)).json();
  const live = specs.map((one, index) => ({ speechEngineId: `e${index}`, name: `Engine ${index}`, ...one }));
  const body = JSON.stringify({ ...state, engines: live });
  const headers = { 'content-type': 'application/json' };
  const seeded = await fetch(`${url}/_simulator/state`, { method: 'PUT', headers, body });
  if (!seeded.ok) throw new Error(await seeded.text());

  const env = { CXONE_CLIENT_ID: 'bench', CXONE_CLIENT_SECRET: 'simulator-secret' };
  const loop = { args: [join(root, 'bench/bare-loop.mjs'), url, 'environments/bench'], env };
  const plan = { args: [program, 'plan', 'bench', '--endpoint', url], env, expect: `${engines} unchanged` };
  const [least, measured] = inTurn(7, [loop, plan]);
  console.log(`\nplan of ${engines} unchanged engines, median of 7 runs in turn`);
  row('bare loop', least, least);
  row('plan', measured, least, 1.3, 250);
}

function spec(index) {
  return {
    version: '1.0.0',
    description: `Engine ${index} of the bench: ${'a plain description '.repeat(10)}`,
    acousticModelId: 'us-en-acoustic-model-v4',
    languageProfileId: 'us-en-language-profile',
    noiseSuppression: true,
    acousticFeatureExtraction: 'enhanced',
    grammarConstraints: [
      { type: 'list', content: { phrases: Array.from({ length: 12 }, (_, word) => `phrase ${word}`) } },
    ],
    trafficSplit: 100,
    abTestingEnabled: true,
  };
}

function manifest(index, { abTestingEnabled: _derived, grammarConstraints: [grammar], ...rest }) {
  const lines = Object.entries(rest).map(([member, value]) => `  ${member}: ${JSON.stringify(value)}`);
  const phrases = grammar.content.phrases.map((phrase) => `          - ${phrase}`);
  return [
    'apiVersion: cxone-gitops/v1',
    'kind: SpeechEngine',
    `metadata: { name: Engine ${index} }`,
    'spec:',
    ...lines,
    '  grammarConstraints:',
    '    - type: list',
    '      content:',
    '        phrases:',
    ...phrases,
    '',
  ].join('\n');
}

/** Runs the commands in turn, so that a machine that slows down slows all of them; the medians of time and peak memory. */
function inTurn(times, commands) {
  const samples = commands.map(() => []);
  for (let turn = -1; turn < times; turn += 1) {
    for (const [index, command] of commands.entries()) {
      const sample = once(command);
      if (turn >= 0) samples[index].push(sample);
    }
  }
  return samples.map((ones) => ({ ms: median(ones.map(({ ms }) => ms)), mib: median(ones.map(({ mib }) => mib)) }));
}

function once({ args, env = {}, expect = '' }) {
  const cwd = args.includes('plan') || args.includes('environments/bench') ? folder : root;
  const started = performance.now();
  const { status, stdout, output } = spawnSync(process.execPath, ['--require', join(root, 'bench/peak.cjs'), ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const ms = performance.now() - started;
  if (status !== 0 || !stdout.includes(expect)) throw new Error(`${args.join(' ')}: ${status}\n${output.join('\n')}`);
  return { ms, mib: Number(output[3]) / 1024 };
}

function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

function row(name, { ms, mib }, least, aim, room) {
  const ratio = (ms / least.ms).toFixed(2).padStart(6);
  const aims = [aim === undefined ? '' : `aim ${aim} ×`, room === undefined ? '' : `${room} MiB`].filter(Boolean);
  console.log(
    `  ${name.padEnd(14)} ${ms.toFixed(0).padStart(6)} ms ${ratio} × ${mib.toFixed(0).padStart(5)} MiB  ${aims.join(', ')}`,
  );
}

async function firstLine(child) {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the simulator ended before it printed its URL');
}
