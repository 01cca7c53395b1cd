import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { documentOf, textOf } from './documents.js';
import { BRANCH, type Clone, openGitWorld } from './git-world.js';
import { engine } from './manifests.js';
import { checks } from './trail.js';
import { closeWorlds } from './world.js';

afterAll(closeWorlds);

const apply = ['apply', 'dev', '--auto-approve'];

/** Two signed applies to a ledger on a branch, and what an auditor kept: the key and the last checkpoint. */
async function openTrail() {
  const world = await openGitWorld();
  const [keys, kept] = [path.join(world.folder, 'keys.key'), path.join(world.folder, 'kept.checkpoint')];
  const runner = world.clone();
  const signed = { CXONE_GITOPS_SIGN_KEY: keys };
  const change = async (clone: Clone, description: string) => {
    writeFileSync(path.join(clone.root, 'environments/dev/engines.yaml'), JSON.stringify(engine('A', { description })));
    return clone.cliWith(signed, ...apply);
  };
  expect((await runner.cli('audit', 'keygen', '--out', keys)).code).toBe(0);
  expect((await change(runner, 'first')).code).toBe(0);
  const tip = world.git('rev-parse', BRANCH).trim();
  expect((await change(runner, 'second')).code).toBe(0);
  writeFileSync(kept, world.git('cat-file', 'blob', `${BRANCH}:dev/checkpoint`));
  /** What each check finds in a clone that was never there before. */
  const found = async (name: string) => {
    const options = (checks[name] ?? []).map((one) =>
      one.replace('keys/first.key.pub', `${keys}.pub`).replace('kept/dev.checkpoint', kept),
    );
    const { faults } = documentOf(await verifyIn(world.clone(), options), 'audit-verify');
    if (!Array.isArray(faults)) throw new Error('faults is not a list');
    return faults.map(({ code }) => textOf(code));
  };
  const all = async () => [
    await found('chain'),
    await found('signatures'),
    await found('a checkpoint kept elsewhere'),
    await found('audit log'),
  ];
  return { world, runner, tip, change, all };
}

function verifyIn(clone: Clone, options: readonly string[]) {
  return clone.cli('audit', 'verify', 'dev', ...options, '--format', 'json');
}

test('a branch that is forced back to an earlier commit shows by a checkpoint kept elsewhere and the audit log alone', async () => {
  const { world, runner, tip, all } = await openTrail();
  expect(await all()).toEqual([[], [], [], []]);
  world.git('update-ref', `refs/heads/${BRANCH}`, tip);
  // But for a clone that has seen more.
  expect((await verifyIn(runner, [])).code).toBe(1);
  expect(await all()).toEqual([[], [], ['checkpoint-cut'], ['foreign-row']]);
});

test('a branch that is deleted, and that the next run begins anew, shows by these alone, too', async () => {
  const { world, runner, change, all } = await openTrail();
  world.git('update-ref', '-d', `refs/heads/${BRANCH}`);
  expect((await change(runner, 'third')).code).toBe(1);
  expect((await change(world.clone(), 'third')).code).toBe(0);
  // The audit log knows whole seconds: a row from less than one before the new ledger is not surely older.
  const older = expect.stringMatching(/^(row-before-ledger|foreign-row)$/u);
  expect(await all()).toEqual([[], [], ['checkpoint-other-ledger'], [older, older]]);
});

test('what the auditing page says of a branch brings the checkpoint and the ledger out of it', async () => {
  const { world } = await openTrail();
  const page = readFileSync(new URL('../../docs/auditing.md', import.meta.url), 'utf8');
  const lines = /^```bash\n([^`]*)^```$/mu.exec(page)?.[1]?.trim().split('\n') ?? [];
  expect(lines).toHaveLength(3);
  const { root } = world.clone();
  const env = { PATH: process.env['PATH'] ?? '', HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
  for (const line of lines)
    execFileSync('sh', ['-euc', line.replaceAll('prod', 'dev')], { cwd: root, env, stdio: 'pipe' });
  expect(readFileSync(path.join(root, '.cxone-gitops/dev.checkpoint'), 'utf8')).toContain('/dev\n');
  expect(readFileSync(path.join(root, '.cxone-gitops/dev.jsonl'), 'utf8')).toBe(world.text());
});
