// Is everything that package-lock.json lists in node_modules? If not, npm installs just that. Node built-ins only.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

/**
 * Installs the packages of the lock file unless they are all there in exactly their versions.
 * Returns whether they are there now. Says what it does on stdout, and npm's output only if it fails.
 */
export async function installWhatIsMissing(root) {
  const missing = missingPackages(root);
  if (missing.length === 0) return true;
  const npm = findNpm();
  if (npm === undefined) {
    console.error(
      `npm was found neither beside ${process.execPath} nor in PATH: run 'npm ci' or 'npm install' yourself.`,
    );
    return false;
  }
  const started = performance.now();
  console.log(`Installing packages (${missing.length} missing or of another version) …`);
  const { code, output } = await npmInstall(root, npm);
  const left = missingPackages(root);
  if (code === 0 && left.length === 0) {
    console.log(`✔ installed ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return true;
  }
  console.error(output.trimEnd());
  const what = left.length === 0 ? '' : `, and these are still missing: ${left.slice(0, 5).join(', ')}`;
  console.error(`✘ npm install ended with ${code}${what}.`);
  return false;
}

/** Names of locked packages that node_modules has not, or in another version. Reading each package.json takes about 15 ms. */
function missingPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([path, locked]) => path !== '' && locked.link !== true && !isInPlace(root, path, locked))
    .map(([path, locked]) => `${path.replace(/^.*node_modules\//u, '')}@${locked.version}`);
}

function isInPlace(root, path, locked) {
  const installed = installedVersion(join(root, path, 'package.json'));
  if (installed !== undefined) return installed === locked.version;
  // Optional packages without a platform belong to optional ones of other platforms.
  return locked.optional === true && !((locked.os ?? locked.cpu) !== undefined && isForThisPlatform(locked));
}

function installedVersion(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).version;
  } catch {
    return undefined;
  }
}

function isForThisPlatform({ os, cpu, libc }) {
  return (
    matches(os, process.platform) && matches(cpu, process.arch) && (libc === undefined || matches(libc, libcOfThis()))
  );
}

function matches(list, value) {
  if (list === undefined) return true;
  if (list.includes(`!${value}`)) return false;
  return list.includes(value) || list.every((entry) => entry.startsWith('!'));
}

function libcOfThis() {
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/**
 * `npm install --no-save` keeps to the lock file and leaves it alone, as `npm ci` does. But `npm ci` refuses a lock file that
 * lacks optional packages of other platforms, and npm writes such a one where the registry has not got them all.
 */
async function npmInstall(root, npm) {
  const cache = cacheIsWritable() ? undefined : mkdtempSync(join(tmpdir(), 'npm-cache-'));
  try {
    const args = [
      'install',
      '--no-save',
      '--include=dev',
      '--include=optional',
      '--ignore-scripts',
      '--package-lock',
      '--no-audit',
      '--no-fund',
    ];
    if (cache !== undefined) args.push('--cache', cache);
    return await run(process.execPath, [npm, ...args], root);
  } finally {
    if (cache !== undefined) rmSync(cache, { recursive: true, force: true });
  }
}

/** npm keeps its cache under HOME; with HOME empty it would make a folder named `~` here. */
function cacheIsWritable() {
  if (process.platform === 'win32') return true;
  const home = process.env['HOME'] ?? '';
  const cache = process.env['npm_config_cache'] ?? (home === '' ? '' : join(home, '.npm'));
  if (!isAbsolute(cache)) return false;
  let nearest = cache;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  try {
    rmSync(mkdtempSync(join(nearest, '.cxone-gitops-probe-')), { recursive: true });
    return true;
  } catch {
    return false;
  }
}

/** npm's own script: the one that runs us, else the one beside node, else the one in PATH. */
function findNpm() {
  const running = process.env['npm_execpath'];
  if (running !== undefined && /npm-cli\.c?js$/u.test(running) && existsSync(running)) return running;
  const bin = dirname(realpathSync(process.execPath));
  const beside = ['../lib/node_modules', 'node_modules', '../share/nodejs', '../share/node_modules'];
  const inPath = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return [
    ...beside.map((folder) => join(bin, folder, 'npm/bin/npm-cli.js')),
    ...inPath.map((folder) => join(folder, 'npm')),
    ...inPath.map((folder) => join(folder, 'node_modules/npm/bin/npm-cli.js')),
  ]
    .filter((file) => existsSync(file))
    .map((file) => realpathSync(file))
    .find((file) => file.endsWith('.js'));
}

function run(command, args, cwd) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: code ?? signal, output }));
  });
}
