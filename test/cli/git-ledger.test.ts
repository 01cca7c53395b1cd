import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentOf } from './documents.js';
import { BRANCH, type Clone, faultsOf, type GitWorld, isThere, openGitWorld, waitingAt } from './git-world.js';
import { closeWorlds, until } from './world.js';

afterAll(closeWorlds);

const apply = ['apply', 'dev', '--auto-approve', '--timeout', '1'];

/** All that git knows of a clone but the objects, and the files that it has checked out. */
function stateOf(clone: Clone): string {
  const { root } = clone;
  const git = (...args: string[]) => clone.git(...args);
  const head = readFileSync(path.join(root, '.git/HEAD'), 'utf8');
  const index = git('ls-files', '--stage', '--debug');
  const refs = git('for-each-ref').replaceAll(/^.*refs\/cxone-gitops\/.*\n/gm, '');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => !file.startsWith('.git/'));
  const loose = readdirSync(path.join(root, '.git')).toSorted();
  return [head, index, refs, readFileSync(path.join(root, '.git/config'), 'utf8'), ...files, ...loose].join('\n');
}

/** The next run, in a clone of its own, makes everything right. */
async function expectConverges(world: GitWorld, names: readonly string[]): Promise<void> {
  const next = await world.clone().cli(...apply);
  expect([next.code, next.stderr]).toEqual([0, expect.any(String)]);
  expect(await faultsOf(world, names)).toEqual([]);
}

describe.concurrent('a ledger on a branch', () => {
  it('is what plan, drift, verify and show read in another clone, and leaves a clone as it was', async () => {
    const world = await openGitWorld({ manifests: { dev: ['A', 'B'] } });
    const [one, two] = [world.clone(), world.clone()];
    const [oneBefore, twoBefore] = [stateOf(one), stateOf(two)];
    const applied = await one.cliWith({ CI: 'true' }, ...apply, '--require-durable-ledger');
    expect([applied.code, applied.stderr]).toEqual([0, expect.not.stringContaining('warning')]);
    expect(stateOf(one)).toBe(oneBefore);
    expect(await faultsOf(world, ['A', 'B'])).toEqual([]);

    expect((await two.cli('plan', 'dev', '--detailed-exitcode')).code).toBe(0);
    expect((await two.cli('drift', 'dev')).code).toBe(0);
    const verify = documentOf(await two.cli('audit', 'verify', 'dev', '--format', 'json'), 'audit-verify');
    expect(verify).toMatchObject({ status: 'clean', entries: 11 });
    expect((await two.cli('audit', 'show', 'dev')).stdout).toContain('SpeechEngine/A@1.0.0');
    expect((await two.cli(...apply)).code).toBe(0);
    expect(stateOf(two)).toBe(twoBefore);
    expect(world.git('ls-tree', '-r', '--name-only', BRANCH)).toBe('dev/000000000001.jsonl\n');
  });

  it.each([
    ['a shallow clone, as checkout actions make it', ['--depth=1']],
    ['a partial clone', ['--filter=blob:none']],
    ['a partial clone without trees', ['--filter=tree:0']],
    ['a clone of one branch', ['--single-branch']],
  ])('works in %s', async (_, args) => {
    const world = await openGitWorld();
    world.git('config', 'uploadpack.allowFilter', 'true');
    expect((await world.clone().cli(...apply)).code).toBe(0);
    const clone = world.clone(...args);
    const before = stateOf(clone);
    expect((await clone.cli('plan', 'dev', '--detailed-exitcode')).code).toBe(0);
    expect((await clone.cli(...apply)).code).toBe(0);
    expect((await world.clone(...args).cli(...apply)).code).toBe(0);
    expect((await clone.cli(...apply)).code).toBe(0);
    expect(stateOf(clone)).toBe(before);
    expect(await faultsOf(world, ['A'])).toEqual([]);
  });

  it('works in a clone whose own fetch has left its files out', async () => {
    const world = await openGitWorld();
    world.git('config', 'uploadpack.allowFilter', 'true');
    expect((await world.clone().cli(...apply)).code).toBe(0);
    const clone = world.clone('--filter=blob:none');
    clone.git('-c', 'protocol.file.allow=always', 'fetch', '--quiet', 'origin');
    expect((await clone.cli('plan', 'dev', '--detailed-exitcode')).code).toBe(0);
    expect((await clone.cli(...apply)).code).toBe(0);
  });

  it('works in a linked worktree', async () => {
    const world = await openGitWorld();
    const clone = world.clone();
    clone.git('worktree', 'add', '--quiet', path.join(clone.root, '../linked'), '-b', 'linked');
    const before = stateOf(clone);
    const linked = path.join(clone.root, '../linked/environments');
    expect((await clone.cli(...apply, '--root', linked)).code).toBe(0);
    expect(stateOf(clone)).toBe(before);
    expect(await faultsOf(world, ['A'])).toEqual([]);
  });

  it('gives way to a folder that the operator names', async () => {
    const world = await openGitWorld();
    const clone = world.clone();
    expect((await clone.cli(...apply, '--ledger', '../own')).code).toBe(0);
    expect(world.git('for-each-ref', 'refs/heads/cxone-gitops')).toBe('');
    expect(readFileSync(path.join(clone.root, '../own/dev.jsonl'), 'utf8')).toContain('genesis');
  });

  it('of the trusted ref counts, whatever branch a pull request names', async () => {
    const world = await openGitWorld();
    const clone = world.clone();
    expect((await clone.cli(...apply)).code).toBe(0);
    const file = path.join(clone.root, 'environments/dev/environment.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"git":{}', '"git":{"branch":"cxone-gitops/mine"}'));
    const plan = await clone.cli('plan', 'dev', '--trust-ref', 'origin/main', '--detailed-exitcode');
    expect([plan.code, plan.stderr]).toEqual([
      0,
      expect.stringContaining('change the branch of the ledger from cxone-gitops/ledger to cxone-gitops/mine'),
    ]);
    const applied = await clone.cli(...apply);
    expect(applied.code, 'another ledger knows of no settings').toBe(0);
    expect(world.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/cxone-gitops')).toBe(
      'cxone-gitops/ledger\ncxone-gitops/mine\n',
    );
  });

  it('keeps the ledgers of two environments that are applied at once', async () => {
    const names = ['A', 'B', 'C', 'D'];
    const world = await openGitWorld({ manifests: { dev: names, test: ['X', 'Y', 'Z'] } });
    const [one, two] = [world.clone(), world.clone()];
    const runs = [one.start(...apply), two.start('apply', 'test', ...apply.slice(2))];
    const ended = await Promise.all(runs.map(({ ended: end }) => end));
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, expect.any(String)],
      [0, expect.any(String)],
    ]);
    expect(await faultsOf(world, [...names, 'X', 'Y', 'Z'])).toEqual([]);
    expect(world.git('ls-tree', '-r', '--name-only', BRANCH)).toBe('dev/000000000001.jsonl\ntest/000000000001.jsonl\n');
  });
});

describe.concurrent('two clones that apply at once', () => {
  it.each([1, 2, 3])('end with one line of entries, and nothing lost or doubled (%i)', async () => {
    const names = ['A', 'B', 'C'];
    const world = await openGitWorld({ manifests: { dev: names } });
    const clones = [world.clone(), world.clone()];
    const ended = await Promise.all(clones.map((clone) => clone.cli(...apply)));
    expect(ended.map(({ code }) => code)).toContain(0);
    for (const { code, stderr } of ended) {
      if (code === 0) continue;
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/dev on cxone-gitops\/ledger of origin: it is held by/),
      ]);
    }
    expect(await faultsOf(world, names)).toEqual([]);
  });

  it.each(['dev: entry 1', 'dev: entry 3', 'dev: entry 4', 'dev: released'])(
    'while the first one pushes `%s`: the second one waits, names it, and stops or goes on',
    async (subject) => {
      const world = await openGitWorld();
      const hook = world.hook('pre-receive', waitingAt(subject));
      const first = world.clone().startWith({ USER: 'ada' }, ...apply);
      await hook.reached();
      const second = world.clone().start(...apply);
      let said = '';
      second.child.stderr?.on('data', (chunk: string) => (said += chunk));
      await until(async () => (await isThere(world.origin)) && said.includes('it is held by ada, process'));
      hook.letGo();
      const [one, two] = [await first.ended, await second.ended];
      expect([one.code, one.stderr]).toEqual([0, expect.any(String)]);
      if (two.code !== 0) expect(two.stderr).toContain('only one run may write it');
      expect(await faultsOf(world, ['A'])).toEqual([]);
    },
  );
});

describe.concurrent('a run that is killed', () => {
  it.each([
    ['while it takes the ledger', 'pre-receive', 'dev: held by *'],
    ['when it holds the ledger', 'post-receive', 'dev: held by *'],
    ['while it pushes the first entry', 'pre-receive', 'dev: entry 1'],
    ['while it pushes an intent', 'pre-receive', 'dev: entry 3'],
    ['when its intent is there and the request has not left', 'post-receive', 'dev: entry 3'],
    ['while it pushes an outcome', 'pre-receive', 'dev: entry 4'],
    ['when its outcome is there', 'post-receive', 'dev: entry 4'],
    ['while it announces the audit event', 'pre-receive', 'dev: entry 5'],
    ['when the audit event has left', 'pre-receive', 'dev: entry 6'],
    ['while it gives the ledger back', 'pre-receive', 'dev: released'],
  ])('%s leaves to a run in another clone what to do', async (_, name, subject) => {
    const world = await openGitWorld();
    const hook = world.hook(name, waitingAt(subject));
    const { child, ended } = world.clone().start(...apply);
    await hook.reached();
    child.kill('SIGKILL');
    await ended;
    hook.letGo();
    await expectConverges(world, ['A']);
  });

  it('while its POST is on the way likewise', async () => {
    const world = await openGitWorld();
    await world.faults({ method: 'POST', path: '/engines$', fault: 'hang', times: 1 });
    const { child, ended } = world.clone().start(...apply, '--timeout', '20');
    await until(async () => (await world.writes()).length > 0);
    child.kill('SIGKILL');
    await ended;
    await expectConverges(world, ['A']);
  });
});

describe.concurrent('a remote that does not take a push', () => {
  const refusing = (subject: string) => `while read old new ref; do
  case "$(git log -1 --format=%s "$new")" in
    ${subject.replaceAll(' ', '\\ ')}) echo "the archive is closed on Sundays" >&2; exit 1;;
  esac
done`;

  it.each([
    ['dev: held by *', 1, 'it could not be taken'],
    ['dev: entry 1', 1, 'entry 1 could not be pushed'],
    ['dev: entry 3', 1, 'entry 3 could not be pushed'],
    ['dev: entry 4', 7, 'entry 4 could not be pushed'],
  ])('refuses `%s`: the run says so and stops', async (subject, code, message) => {
    const world = await openGitWorld();
    world.hook('pre-receive', refusing(subject));
    const run = await world.clone().cli(...apply);
    expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(message)]);
    expect(run.stderr).toContain('origin refused the push: pre-receive hook declined: remote: the archive is closed');
    const posts = (await world.writes()).filter(({ path: at }) => at.endsWith('/engines'));
    expect(posts).toHaveLength(subject === 'dev: entry 4' ? 1 : 0);
    writeFileSync(path.join(world.origin, 'hooks/pre-receive'), '#!/bin/sh\n');
    await expectConverges(world, ['A']);
  });

  it('goes away while a POST is on its way: what CXone holds by then is found by the next run', async () => {
    const world = await openGitWorld({ latencyMs: 300 });
    const away = `${world.origin}.away`;
    const { ended } = world.clone().start(...apply);
    await until(async () => (await world.writes()).length > 0);
    renameSync(world.origin, away);
    const run = await ended;
    expect([run.code, run.stderr]).toEqual([
      7,
      expect.stringMatching(/could not be pushed: .*does not (exist|appear)/),
    ]);
    renameSync(away, world.origin);
    await expectConverges(world, ['A']);
  });

  it('comes back a moment later: the run goes on', async () => {
    const world = await openGitWorld({ latencyMs: 300 });
    const away = `${world.origin}.away`;
    const { ended } = world.clone().start(...apply);
    await until(async () => (await world.writes()).length > 0);
    renameSync(world.origin, away);
    await until(async () => (await world.engines()).length > 0);
    renameSync(away, world.origin);
    const run = await ended;
    expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
    expect(await faultsOf(world, ['A'])).toEqual([]);
  });
});
