// Creates 1,000 engines against simulators with a rate limit, by the built program, and prints how much of what the limit
// permitted was used and how many requests were refused. Fails where it is less than 95 % or more than 1 %. The limits are
// 600 a minute scaled up, so that it takes seconds, and half of what this machine can do where that is less: a program that
// waits for its processor says nothing of limits. `npm run bench:rate`; `npm run bench:rate 600/min` takes three minutes.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist/main.js');
const engines = 1000;
const least = { use: 0.95, refused: 0.01 };

/**
 * How each run is limited. `isEmpty`: others have used up what the bucket held, so that the limit binds from the first
 * request on, also on a machine that is busy with other things.
 */
const scaled = [
  { rate: 6_000, retryAfter: 'seconds', isEmpty: true },
  { rate: 6_000, retryAfter: 'date', isEmpty: true },
  { rate: 6_000, retryAfter: 'off', isEmpty: true },
  { rate: 6_000, retryAfter: 'seconds', isEmpty: true, latency: 20 },
  { rate: 3_000, retryAfter: 'seconds' },
];
const [given] = process.argv.slice(2);
const runs = given === undefined ? scaled : [{ rate: Number.parseInt(given, 10), retryAfter: 'seconds' }];

console.log(`${engines} engines created under a rate limit; at least 95 % used, at most 1 % refused`);
for (const run of runs) {
  const most = given === undefined ? (await requestsAMinute()) / 2 : run.rate;
  await measure({ ...run, rate: Math.min(run.rate, Math.ceil(most / 60) * 60) });
}

/** What the program does where there is no limit, from its first write on. */
async function requestsAMinute() {
  const requests = await applied([], async () => undefined);
  const times = requests.slice(requests.findIndex(isWrite)).map(({ at }) => Date.parse(at));
  return (times.length * 60_000) / (Math.max(...times) - Math.min(...times));
}

async function measure({ rate, retryAfter, latency = 0, isEmpty = false }) {
  const assumed = ['--assume', `retry-after=${retryAfter}`];
  const options = ['--rate-limit', `${rate}/min`, '--latency', String(latency), ...assumed];
  let emptyAt;
  const requests = await applied(options, async (url) => {
    if (isEmpty) emptyAt = await drain(url);
  });
  report({ rate, retryAfter, latency, emptyAt }, requests);
}

/** All requests of an apply to a simulator with these options. */
async function applied(options, before) {
  const folder = mkdtempSync(join(tmpdir(), 'cxone-gitops-rate-'));
  const simulator = spawn(process.execPath, [program, 'simulate', ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const url = await firstLine(simulator);
    writeManifests(folder);
    await before(url);
    await apply(folder, url);
    return await (await fetch(`${url}/_simulator/requests`)).json();
  } finally {
    simulator.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeManifests(folder) {
  const environment = join(folder, 'environments/bench');
  mkdirSync(environment, { recursive: true });
  // Nothing lags behind here: a wait for it would not be one for the rate.
  writeFileSync(
    join(environment, 'environment.yaml'),
    'apiVersion: cxone-gitops/v1\nkind: Environment\nspec: { orgId: bench, listLag: PT0S }\n',
  );
  const documents = Array.from({ length: engines }, (_, index) =>
    [
      'apiVersion: cxone-gitops/v1',
      'kind: SpeechEngine',
      `metadata: { name: Engine ${index} }`,
      'spec:',
      '  version: 1.0.0',
      '  acousticModelId: us-en-acoustic-model-v4',
      '  languageProfileId: us-en-language-profile',
      '',
    ].join('\n'),
  );
  writeFileSync(join(environment, 'engines.yaml'), documents.join('---\n'));
}

/** Asks until it is refused, then forgets what was asked. Resolves with when the bucket was empty. */
async function drain(url) {
  const some = Array.from({ length: 16 });
  for (let isOpen = true; isOpen; ) {
    const statuses = await Promise.all(some.map(async () => (await fetch(`${url}/api/v2/webhooks`)).status));
    isOpen = !statuses.includes(429);
  }
  const emptyAt = Date.now();
  await fetch(`${url}/_simulator/requests`, { method: 'DELETE' });
  return emptyAt;
}

async function apply(cwd, url) {
  const args = [program, 'apply', 'bench', '--auto-approve', '--endpoint', url];
  const env = { PATH: process.env.PATH, CXONE_CLIENT_ID: 'bench', CXONE_CLIENT_SECRET: 'simulator-secret' };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`apply ended with ${code}\n${said}`);
}

function report({ rate, retryAfter, latency, emptyAt }, requests) {
  // A full bucket stays full while the plan is made; what counts then is the time from the first write on.
  const counted = emptyAt === undefined ? requests.slice(requests.findIndex(isWrite)) : requests;
  const times = counted.map(({ at }) => Date.parse(at));
  const ms = Math.max(...times) - (emptyAt ?? Math.min(...times));
  // The simulator's bucket holds what ten seconds refill (docs/simulator.md).
  const permitted = (emptyAt === undefined ? Math.ceil(rate / 6) : 0) + (rate * ms) / 60_000;
  const refused = requests.filter(({ status }) => status === 429).length;
  const use = (counted.length - counted.filter(({ status }) => status === 429).length) / permitted;
  const share = refused / requests.length;
  const isGood = use >= least.use && share <= least.refused;
  const name = `${rate}/min, retry-after=${retryAfter}${latency > 0 ? `, ${latency} ms` : ''}${emptyAt === undefined ? '' : ', empty'}`;
  const figures = [
    `${(ms / 1000).toFixed(1).padStart(6)} s`,
    `${String(requests.length).padStart(5)} requests`,
    `${(100 * use).toFixed(1).padStart(5)} % used`,
    `${String(refused).padStart(3)} refused, ${(100 * share).toFixed(2)} %`,
  ];
  console.log(`  ${name.padEnd(42)} ${figures.join('  ')}${isGood ? '' : '  BEYOND THE BOUNDS'}`);
  if (!isGood) process.exitCode = 1;
}

function isWrite({ method, path }) {
  return method !== 'GET' && path !== '/oauth/token';
}

async function firstLine(child) {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the simulator ended before it printed its URL');
}
