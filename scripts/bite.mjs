// Switches off one mechanism at a time (test/faults/mutations.ts) and runs the tests that must notice: each time at least
// one has to fail. `npm run bite -- [PART OF A NAME]`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'cxone-gitops-bite-'));

try {
  const outfile = join(folder, 'mutations.mjs');
  await build({ absWorkingDir: root, entryPoints: ['test/faults/mutations.ts'], format: 'esm', outfile });
  const { mutations } = await import(pathToFileURL(outfile).href);
  const wanted = mutations.filter(({ name }) => name.includes(process.argv[2] ?? ''));
  let unnoticed = wanted.length === 0 ? 1 : 0;
  for (const mutation of wanted) {
    const noticed = await firstFailure(mutation);
    if (noticed === undefined) unnoticed += 1;
    console.log(`${noticed === undefined ? '✘' : '✔'} ${mutation.name}: ${noticed ?? 'no test fails'}`);
  }
  process.exitCode = unnoticed === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The name of a test that fails with this mutation; undefined when none does. Throws where no test ran. */
async function firstFailure({ name, tests }) {
  const report = join(folder, 'report.json');
  const args = ['run', '--config', 'test/faults/bite.config.ts', '--reporter=json', `--outputFile=${report}`, ...tests];
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...args], {
    cwd: root,
    env: { ...process.env, BITE: name },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => (errors += chunk));
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const { testResults, numTotalTests } = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(report);
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = all.find(({ status }) => status === 'failed');
  if (failed !== undefined) return failed.fullName;
  // A file that finds already while it counts its points that the apply does not work.
  const broken = testResults.find(({ status, message }) => status === 'failed' && message !== '');
  if (broken !== undefined) return broken.message.split('\n', 1)[0];
  if (numTotalTests === 0) throw new Error(`no test ran: ${errors}`);
  return undefined;
}
