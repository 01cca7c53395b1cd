// Kills the built program, cuts its connections and lets its disk fail at every request and ledger entry of an apply, then
// runs it again and looks whether every guarantee held: test/faults/matrix.ts. `npm run kill-matrix -- [--only TEXT]
// [--jobs N] [--list]`; `--only` with a point's name runs that one alone.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'cxone-gitops-matrix-'));

try {
  const outfile = join(folder, 'run-matrix.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/faults/run-matrix.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'warning',
  });
  // A copy: a build meanwhile takes chunks away that a run is about to load.
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  const { runMatrix } = await import(pathToFileURL(outfile).href);
  const program = {
    main: join(folder, 'dist/main.js'),
    failingDisk: pathToFileURL(join(root, 'test/faults/failing-disk.mjs')).href,
  };
  process.exitCode = await runMatrix(program, process.argv.slice(2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
