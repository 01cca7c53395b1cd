// One door to every task: `node scripts/run.mjs TASK [names…]`, TASK being one of those below.
// Node built-ins only up to the point where everything is known to be installed, and no reliance on npm's pre-hooks,
// which `ignore-scripts=true` skips.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const TASKS = {
  /** The lowest Node releases, one for each major line; the tools behind the checks need a little more than the program. */
  demo: { node: ['20.18.1'], run: () => script('scripts/demo.mjs') },
  build: { node: ['20.18.1'], run: async () => build({ force: true }) },
  bench: { node: ['20.18.1'], run: () => script('bench/run.mjs') },
  'bench:rate': { node: ['20.18.1'], run: () => script('bench/rate-limit.mjs') },
  'bench:ledger': { node: ['20.18.1'], run: () => script('bench/ledger.mjs') },
  fuzz: { node: ['20.18.1'], run: () => script('scripts/fuzz.mjs') },
  'kill-matrix': { node: ['20.18.1'], run: () => script('scripts/kill-matrix.mjs') },
  mutations: {
    node: ['20.19.0', '22.12.0'],
    run: () => script('node_modules/vitest/vitest.mjs', 'run', '--config', 'test/ledger/verify/mutations.config.ts'),
  },
  bite: { node: ['20.19.0', '22.12.0'], run: () => script('scripts/bite.mjs') },
  generate: { node: ['20.19.0', '22.12.0'], run: () => script('scripts/generate.mjs') },
  format: { node: ['20.18.1'], run: () => script('node_modules/@biomejs/biome/bin/biome', 'check', '--write') },
  check: { node: ['20.19.0', '22.12.0'], run: checks },
};

process.chdir(root);
process.exitCode = await main(process.argv[2] ?? '', process.argv.slice(3));

async function main(name, args) {
  if (!Object.hasOwn(TASKS, name)) {
    console.error(`scripts/run.mjs: there is no task '${name}'. Tasks: ${Object.keys(TASKS).join(', ')}.`);
    return 3;
  }
  const task = TASKS[name];
  if (!isNodeAtLeast(process.versions.node, task.node)) {
    console.error(
      `Node ${process.versions.node} is too old for '${name}': it needs Node ${task.node.join(' or ')} or newer.`,
    );
    return 3;
  }
  const { installWhatIsMissing } = await import('./install.mjs');
  if (!(await installWhatIsMissing(root))) return 1;
  if (
    ['demo', 'bench', 'bench:rate', 'bench:ledger', 'fuzz', 'kill-matrix'].includes(name) &&
    !(await build({ force: false }))
  )
    return 1;
  return toExitCode(await task.run(args));

  function toExitCode(result) {
    return typeof result === 'number' ? result : Number(!result);
  }
}

async function build({ force }) {
  const { buildWhatIsStale } = await import('./build.mjs');
  return buildWhatIsStale({ force });
}

async function checks(names) {
  const { runChecks } = await import('./check.mjs');
  return runChecks(names);
}

/** Runs a Node script with our arguments and stdio. Returns its exit code, 128 + n if signal n ended it. */
function script(file, ...given) {
  const args = [...given, ...process.argv.slice(3)];
  const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
  // A Ctrl-C reaches the child by itself; it decides how to end, and we wait for it.
  const ignore = () => {};
  const forward = () => child.kill('SIGTERM');
  process.on('SIGINT', ignore).on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('SIGINT', ignore).off('SIGTERM', forward);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** Whether a version reaches the floor of its own major line, or is of a line newer than all of them. */
function isNodeAtLeast(version, floors) {
  const parse = (text) => text.split('.').map(Number);
  const [major, minor, patch] = parse(version);
  const lines = floors.map(parse);
  const floor = lines.findLast(([line]) => line <= major);
  if (floor === undefined) return false;
  if (floor[0] < major) return lines.length === 1 || floor === lines.at(-1);
  return minor > floor[1] || (minor === floor[1] && patch >= floor[2]);
}
