// Every check of the repository, at most two at a time, one line each; the output of those that fail.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWhatIsStale } from './build.mjs';

const AT_ONCE = 2;
/** A check that hangs is ended. On a machine that others use, too, the tests take three times as long as on an idle one. */
const LIMIT_MS = 30 * 60_000;
const reports = mkdtempSync(join(tmpdir(), 'cxone-gitops-check-'));
const testReport = join(reports, 'tests.json');

/**
 * name: `run` is a Node script with its arguments; `judge` reads a run that ended with 0 and may still find fault
 * (`{ fault }`) or add a word (`{ note }`); `show` shortens the output of a failed run. The longest comes first.
 */
const CHECKS = {
  tests: {
    run: [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${testReport}`,
    ],
    needsBuild: true,
    judge: judgeTests,
  },
  lint: { run: ['node_modules/oxlint/bin/oxlint', '--deny-warnings'] },
  types: { run: ['node_modules/typescript/bin/tsc', '--noEmit', '--project', '.'] },
  imports: {
    run: ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.mjs'],
    judge: judgeImports,
  },
  unused: { run: ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints'] },
  generated: { run: ['scripts/generate.mjs', '--check'] },
  format: { run: ['node_modules/@biomejs/biome/bin/biome', 'check'] },
};

/** Runs the named checks, or all of them, and returns the exit code: 0 when each passed, 1 when one failed, 3 for an unknown name. */
export async function runChecks(names) {
  const unknown = names.filter((name) => !Object.hasOwn(CHECKS, name));
  const wanted = Object.entries(CHECKS).filter(([name]) => names.length === 0 || names.includes(name));
  const started = performance.now();
  try {
    if (unknown.length > 0) {
      console.error(`There is no check ${unknown.join(', ')}. Checks: ${Object.keys(CHECKS).join(', ')}.`);
      return 3;
    }
    const failed = await runAll(wanted);
    sayHowItEnded(wanted.length, failed, performance.now() - started);
    return failed.length === 0 ? 0 : 1;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

async function runAll(wanted) {
  const failed = [];
  let queue = wanted;
  if (wanted.some(([, check]) => check.needsBuild) && !(await buildWhatIsStale())) {
    console.log('✘ build');
    console.log('- tests: not run, since they start the built program');
    failed.push('build');
    queue = wanted.filter(([, check]) => !check.needsBuild);
  }
  const next = [...queue];
  const worker = async () => {
    for (let entry = next.shift(); entry !== undefined; entry = next.shift()) {
      const [name, check] = entry;
      if (!(await runOne(name, check))) failed.push(name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failed;
}

async function runOne(name, { run, judge = () => ({}) }) {
  const started = performance.now();
  const { code, output } = await execute(run);
  const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const { fault, note } = code === 0 ? judge(output) : {};
  if (code === 0 && fault === undefined) {
    console.log(`✔ ${name} ${seconds}${note === undefined ? '' : ` · ${note}`}`);
    return true;
  }
  console.log(`✘ ${name} ${seconds}${code === 0 ? '' : ` · ended with ${code}`}`);
  console.log(indented(fault === undefined ? output : `${output.trimEnd()}\n${fault}`));
  return false;
}

/** The exit code or the signal that ended it, and what it printed. */
function execute(args) {
  const child = spawn(process.execPath, args, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ code: code ?? signal, output });
    });
  });
}

/** Colours only for a person; and without certificates, which cost 60 ms a start, since nothing here leaves this machine. */
function environment() {
  const { NODE_EXTRA_CA_CERTS: _certificates, NO_COLOR: _no, FORCE_COLOR: _force, ...env } = process.env;
  const colours = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  return { ...env, ...(colours ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) };
}

/** With a compiler that it can't use, dependency-cruiser sees no module and is content. */
function judgeImports(output) {
  const cruised = Number(/\((\d+) modules/u.exec(output)?.[1] ?? 0);
  const ours = readdirSync('src', { recursive: true }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.d.ts'),
  ).length;
  if (cruised < ours || cruised === 0) return { fault: `It saw ${cruised} modules, and src/ has ${ours}.` };
  return { note: `${cruised} modules` };
}

function judgeTests() {
  const { passed, skipped } = countTests();
  if (passed === 0) return { fault: 'No test ran.' };
  if (skipped > 0 && process.env['FAIL_ON_SKIPPED_TESTS'] === '1')
    return { fault: `Tests that did not run: ${skipped}.` };
  return { note: `${passed} passed${skipped > 0 ? `, ${skipped} skipped` : ''}` };
}

/** Counts of the test run; undefined if there is no report of it. */
function countTests() {
  try {
    const report = JSON.parse(readFileSync(testReport, 'utf8'));
    const { numPassedTests: passed, numFailedTests: failed, numPendingTests, numTodoTests } = report;
    return { passed, failed, skipped: numPendingTests + numTodoTests };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

function sayHowItEnded(count, failed, ms) {
  const { passed, failed: failedTests, skipped } = countTests();
  const seconds = (ms / 1000).toFixed(1);
  if (passed + failedTests > 0) {
    console.log(`Tests: ${passed} passed, ${failedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
  if (failed.length === 0) console.log(`✔ ${count === 1 ? 'the check' : `all ${count} checks`} passed in ${seconds} s`);
  else console.log(`✘ failed in ${seconds} s: ${failed.join(', ')}`);
}

function indented(text) {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}
