// Bundles src/main.ts and every package that it uses into dist/: one entry, one chunk for each lazily imported command.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const STAMP = '.stamp.json';
const CREATE_REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);\n";
const NOTICES = 'THIRD-PARTY-NOTICES';

/**
 * Builds dist/ unless it was built from exactly the present sources, and returns whether dist/ is good now.
 * The comparison hashes contents, since times change with every checkout; it takes some milliseconds.
 */
export async function buildWhatIsStale({ force = false, quiet = false } = {}) {
  const sources = hashOfSources();
  if (!force && isBuiltFrom(sources)) return true;
  const started = performance.now();
  const outputs = await bundle();
  if (outputs === undefined) return false;
  write(outputs, sources);
  const size = outputs.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!quiet) console.log(`✔ built dist/ ${seconds} s · ${outputs.length} files, ${Math.round(size / 1024)} KiB`);
  return true;
}

function hashOfSources() {
  const hash = createHash('sha256');
  const files = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'scripts/build.mjs',
    ...filesBelow('src'),
    ...filesBelow('schemas'),
  ];
  for (const file of files) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted();
}

function isBuiltFrom(sources) {
  try {
    const stamp = JSON.parse(readFileSync(join(dist, STAMP), 'utf8'));
    return stamp.sources === sources && stamp.files.every((file) => existsSync(join(dist, file)));
  } catch {
    return false;
  }
}

/** The files of dist/ as `{ file, text }`, or undefined after esbuild has printed what is wrong with the sources. */
async function bundle() {
  const { build } = await import('esbuild');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  try {
    const result = await build({
      absWorkingDir: root,
      entryPoints: ['src/main.ts'],
      outdir: 'dist',
      chunkNames: 'chunks/[name]-[hash]',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.18',
      // Names stay: a stack trace in a bug report is worth more than the bytes.
      minifySyntax: true,
      minifyWhitespace: true,
      // The licence texts of all packages are in THIRD-PARTY-NOTICES, in full.
      legalComments: 'none',
      // The same code as ES modules, so that what is not used falls away; the Node build also reads process.env for every
      // lexeme, which is slow.
      alias: {
        yaml: './node_modules/yaml/browser/index.js',
        // What Node would take is a UMD module, whose own imports no bundler sees.
        'jsonc-parser': './node_modules/jsonc-parser/lib/esm/main.js',
      },
      // CommonJS packages ask for these; ES modules have them elsewhere.
      define: {
        __VERSION__: JSON.stringify(version),
        __filename: 'import.meta.filename',
        __dirname: 'import.meta.dirname',
      },
      metafile: true,
      write: false,
      logLevel: 'warning',
    });
    const files = result.outputFiles.map(({ path, text }) => finished(relative(dist, path), text));
    return [...files, { file: NOTICES, text: notices(Object.keys(result.metafile.inputs)) }];
  } catch (error) {
    // esbuild has printed each error with its place.
    if (Array.isArray(error.errors)) return undefined;
    throw error;
  }
}

/**
 * The entry is executable; the `--` keeps Node from reading `--env-file` for itself (nodejs/node#54232). CommonJS
 * packages call `require` for Node's own modules; ES modules have none, so the chunk that asks for it makes one, and only
 * that chunk.
 */
function finished(file, text) {
  const first = file === 'main.js' ? '#!/usr/bin/env -S node --\n' : '';
  const require = /typeof require\b/u.test(text) ? CREATE_REQUIRE : '';
  return { file, text: `${first}${require}${text.replace(/^#!.*\n/u, '')}` };
}

function notices(inputs) {
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(input) ?? []);
  const head = 'dist/ contains code of these packages, each under its own licence.\n';
  return [head, ...Array.from(new Set(folders), notice)].join(`\n${'-'.repeat(80)}\n\n`);
}

function notice(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const texts = readdirSync(join(root, folder))
    .filter((file) => /^(licen[cs]e|notice|copying)/iu.test(file))
    .map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  const by = typeof author === 'string' ? author : author?.name;
  const unwritten = `Licensed under ${license}${by === undefined ? '' : ` by ${by}`}; the package carries no licence text.`;
  return `${name} ${version} (${license})\n\n${texts.length > 0 ? texts.join('\n\n') : unwritten}\n`;
}

/** Each file is renamed into place and old ones go last, so that a program started meanwhile finds all of its chunks. */
function write(outputs, sources) {
  const files = outputs.map(({ file }) => file);
  for (const { file, text } of outputs.toReversed()) put(file, text);
  chmodSync(join(dist, 'main.js'), 0o755);
  put(STAMP, JSON.stringify({ sources, files }));
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = relative(dist, join(entry.parentPath, entry.name));
    if (entry.isFile() && file !== STAMP && !files.includes(file)) rmSync(join(dist, file), { force: true });
  }
}

function put(file, text) {
  const path = join(dist, file);
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
