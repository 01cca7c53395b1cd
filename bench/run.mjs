// Prints start-up and a plan of 2,000 unchanged engines, each beside a floor measured in the same run: `node -e 0`, and a
// bare loop that fetches the same pages and parses the same files. Ratios travel between machines, times do not; so
// nothing here is a test. `npm run bench`.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inTurn } from './in-turn.mjs';

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
  const floor = { args: ['-e', '0'], cwd: root };
  const version = { args: [program, '--version'], cwd: root };
  const validate = { args: [program, 'validate', 'dev'], cwd: root };
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
  const loop = { args: [join(root, 'bench/bare-loop.mjs'), url, 'environments/bench'], env, cwd: folder };
  const plan = {
    args: [program, 'plan', 'bench', '--endpoint', url],
    env,
    cwd: folder,
    expect: `${engines} unchanged`,
  };
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
