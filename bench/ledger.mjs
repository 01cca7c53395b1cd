// Prints what a ledger on a branch costs beside one in a file: an apply of 250 creates, the bytes of the repository, and
// `audit verify` of 100,000 entries with each of its checks, beside a bare loop that parses and hashes every line. Ratios
// travel between machines, times do not; so nothing here is a test. `npm run bench:ledger`.
import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { growLedger } from './grow-ledger.mjs';
import { inTurn, once } from './in-turn.mjs';

const program = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist/main.js');
const [engines, entries, branch] = [250, 100_000, 'cxone-gitops/ledger'];
const folder = mkdtempSync(join(tmpdir(), 'cxone-gitops-ledger-'));
const at = (...names) => join(folder, ...names);
const env = { CXONE_CLIENT_ID: 'bench', CXONE_CLIENT_SECRET: 'simulator-secret', HOME: folder };

/** Parses and hashes every line, and checks nothing. */
const bareLoop = `
  const lines = require('node:readline').createInterface({ input: require('node:fs').createReadStream(process.argv[1]) });
  lines.on('line', (line) => require('node:crypto').createHash('sha256').update(JSON.stringify(JSON.parse(line))).digest('hex'));
`;

const simulator = spawn(process.execPath, [program, 'simulate'], { stdio: ['ignore', 'pipe', 'ignore'] });
try {
  const url = await firstLine(simulator);
  mkdirSync(at('origin.git'));
  git('origin.git', 'init', '--quiet', '--bare', '--initial-branch=main');
  for (const name of ['clone', 'auditor']) openClone(name, url);
  await apply(url);
  await verify(url);
} finally {
  simulator.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function apply(url) {
  manifests('as it begins');
  const run = { ...cli('apply', 'dev', '--auto-approve'), expect: `${engines} applied` };
  const inFile = once({ ...run, args: [...run.args, '--ledger', at('first')] });
  await setState(url, { engines: [], auditLogs: [] });
  const empty = bytesIn(at('origin.git'));
  const onBranch = once(run);
  console.log(`apply of ${engines} creates, once each`);
  row('in a file', inFile, inFile);
  row('on a branch', onBranch, inFile);
  const loose = bytesIn(at('origin.git'));
  git('origin.git', 'gc', '--quiet', '--prune=now');
  const pushes = git('origin.git', 'rev-list', '--count', branch).trim();
  const all = lineCount();
  const perThousand = (bytes) => `${Math.round(((bytes - empty) / 1024 / all) * 1000)} KiB`;
  console.log(`  ${all} entries in ${pushes} pushes;`);
  console.log(
    `  1,000 entries take ${perThousand(loose)} of the remote, ${perThousand(bytesIn(at('origin.git')))} after git gc`,
  );
}

async function verify(url) {
  const [ledger, plan, key] = [at('long'), at('plan.json'), at('bench.key')];
  manifests('as it is now');
  once(cli('plan', 'dev', '--out', plan, '--ledger', ledger));
  once(cli('audit', 'keygen', '--out', key));
  once(cli('apply', 'dev', '--auto-approve', '--plan', plan, '--sign-key', key, '--ledger', ledger));
  await setState(url, { auditLogs: growLedger(join(ledger, 'dev.jsonl'), entries) });
  // It signs what is there.
  once(cli('apply', 'dev', '--auto-approve', '--sign-key', key, '--ledger', ledger));
  copyFileSync(join(ledger, 'dev.checkpoint'), at('kept.checkpoint'));
  pushSegments(ledger);

  const one = (...options) => ({ ...cli('audit', 'verify', 'dev', ...options), expect: 'clean dev' });
  const file = (...options) => one('--ledger', ledger, ...options);
  const checks = {
    'in a file': file(),
    'on a branch': { ...one(), cwd: at('auditor') },
    '--public-key, --checkpoint': file('--public-key', `${key}.pub`, '--checkpoint', at('kept.checkpoint')),
    '--plans': file('--plans', plan),
    '--audit-log': file('--audit-log'),
  };
  const loop = { args: ['-e', bareLoop, join(ledger, 'dev.jsonl')] };
  const [least, ...measured] = inTurn(3, [loop, ...Object.values(checks)]);
  console.log(`\naudit verify of ${entries.toLocaleString('en')} entries, median of 3 runs in turn`);
  row('bare loop', least, least);
  for (const [index, name] of Object.keys(checks).entries()) row(name, measured[index], least);
}

function openClone(name, url) {
  mkdirSync(at(name, 'environments/dev'), { recursive: true });
  git(name, 'init', '--quiet', '--initial-branch=main');
  git(name, 'remote', 'add', 'origin', at('origin.git'));
  const spec = { baseUrl: url, listLag: 'PT0S', ledger: { git: {} } };
  const environment = { apiVersion: 'cxone-gitops/v1', kind: 'Environment', spec };
  writeFileSync(at(name, 'environments/dev/environment.yaml'), JSON.stringify(environment));
}

function manifests(description) {
  const models = { acousticModelId: 'us-en-acoustic-model-v4', languageProfileId: 'us-en-language-profile' };
  const documents = Array.from({ length: engines }, (_, index) => {
    const spec = { version: '1.0.0', description, ...models };
    return JSON.stringify({
      apiVersion: 'cxone-gitops/v1',
      kind: 'SpeechEngine',
      metadata: { name: `E${index}` },
      spec,
    });
  });
  writeFileSync(at('clone/environments/dev/engines.yaml'), documents.join('\n---\n'));
}

/** The ledger in segments of 64 KiB, as runs push them. */
function pushSegments(ledger) {
  const [tree, index] = [at('segments'), []];
  mkdirSync(join(tree, 'dev'), { recursive: true });
  for (const [number, line] of readFileSync(join(ledger, 'dev.jsonl'), 'utf8').trimEnd().split('\n').entries()) {
    const open = index.at(-1);
    if (open === undefined || open.size >= 64 * 1024)
      index.push({ first: number + 1, size: line.length + 1, lines: [line] });
    else {
      open.size += line.length + 1;
      open.lines.push(line);
    }
  }
  for (const { first, lines } of index) {
    writeFileSync(join(tree, 'dev', `${String(first).padStart(12, '0')}.jsonl`), `${lines.join('\n')}\n`);
  }
  copyFileSync(join(ledger, 'dev.checkpoint'), join(tree, 'dev/checkpoint'));
  git('segments', 'init', '--quiet');
  git('segments', 'add', '--all');
  git('segments', 'commit', '--quiet', '--message=segments');
  git('segments', 'push', '--quiet', '--force', at('origin.git'), `HEAD:refs/heads/${branch}`);
}

async function setState(url, members) {
  const state = await (await fetch(`${url}/_simulator/state`)).json();
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ ...state, ...members });
  const answer = await fetch(`${url}/_simulator/state`, { method: 'PUT', headers, body });
  if (!answer.ok) throw new Error(await answer.text());
}

function cli(...args) {
  return { args: [program, ...args], cwd: at('clone'), env };
}

function git(name, ...args) {
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
  const options = { encoding: 'utf8', maxBuffer: 1 << 28, env: { PATH: process.env.PATH, HOME: folder } };
  return execFileSync('git', ['-C', at(name), ...identity, ...args], options);
}

/** Entries of the branch. */
function lineCount() {
  const names = git('origin.git', 'ls-tree', '--name-only', branch, 'dev/').trim().split('\n');
  return names.reduce(
    (sum, name) => sum + git('origin.git', 'cat-file', 'blob', `${branch}:${name}`).split('\n').length - 1,
    0,
  );
}

/** As a disk counts them: in blocks. */
function bytesIn(root) {
  return readdirSync(root, { recursive: true }).reduce((sum, name) => sum + statSync(join(root, name)).blocks * 512, 0);
}

function row(name, { ms, mib }, least) {
  const ratio = (ms / least.ms).toFixed(2).padStart(6);
  console.log(`  ${name.padEnd(28)} ${ms.toFixed(0).padStart(6)} ms ${ratio} × ${mib.toFixed(0).padStart(5)} MiB`);
}

async function firstLine(child) {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the simulator ended before it printed its URL');
}
