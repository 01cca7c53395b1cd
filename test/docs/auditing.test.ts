import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTrail, type Trail } from '../cli/trail.js';
import { closeWorlds } from '../cli/world.js';
import { root } from './documents.js';

const page = readFileSync(path.join(root, 'docs/auditing.md'), 'utf8');
/** Each line that the page tells to type; its environment is the one of the trail. */
const lines = [...page.matchAll(/^```sh\n([^`]*)^```$/gmu)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .map((line) => line.replaceAll('prod', 'dev'));

let trail: Trail;
let folder: string;

beforeAll(async () => {
  trail = await openTrail();
  ({ folder } = trail.world);
  const at = (...names: string[]) => path.join(folder, ...names);
  for (const name of ['audit', 'scripts', 'bin']) mkdirSync(at(name));
  copyFileSync(`${trail.keys.first}.pub`, at('audit/dev.key.pub'));
  copyFileSync(trail.checkpoint, at('audit/dev.checkpoint'));
  copyFileSync(path.join(root, 'scripts/verify-ledger.py'), at('scripts/verify-ledger.py'));
  writeFileSync(at('bin/cxone-gitops'), `#!/bin/sh\nexec '${process.execPath}' '${root}/dist/main.js' "$@"\n`);
  chmodSync(at('bin/cxone-gitops'), 0o755);
}, 120_000);

afterAll(async () => {
  await trail.close();
  await closeWorlds();
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('the page tells to type all that it explains', () => {
  expect(lines.length).toBeGreaterThan(10);
});

describe('an auditor who types', () => {
  // Only python3 may be missing where these tests run.
  test.each(lines)('%s', async (line) => {
    if (line.startsWith('python3') && !hasPython()) return;
    const own = { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
    const online = { CXONE_CLIENT_ID: 'auditor', CXONE_CLIENT_SECRET: 'simulator-secret' };
    const env = line.includes('--audit-log') ? { ...own, ...online } : own;
    const { stderr } = await promisify(execFile)('sh', ['-euc', line], { cwd: folder, env });
    expect(stderr).not.toMatch(/error|nothing matches/iu);
  });
});

test('every code of the table of attacks is explained', () => {
  const attacks = readFileSync(path.join(root, 'docs/what-the-trail-proves.md'), 'utf8');
  const codes = [...attacks.matchAll(/`([a-z]+(?:-[a-z]+)*)`(?:, | \|$)/gmu)].map(([, code = '']) => code);
  expect(codes.length).toBeGreaterThan(30);
  for (const code of new Set(codes)) expect(page).toContain(`\`${code}\``);
});
