import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openRunGit } from '../../src/git/run-git.js';
import { cleanEnvironment, makeRepository } from './repository.js';

const run = openRunGit(cleanEnvironment, { protocols: '', timeoutMs: 60_000 });

/** What a call that prints this on stderr, and fails, gives as its reason. */
async function reasonFor(...lines: readonly string[]): Promise<string> {
  const { root } = makeRepository();
  const script = `!f() { printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >&2; exit 3; }; f`;
  const answer = await run(root, ['-c', `alias.say=${script}`, 'say']);
  return answer.ok ? 'it did not fail' : answer.reason;
}

test('a call that fails says why: what ssh and the server said, not what follows from it', async () => {
  const follows = [
    'fatal: Could not read from remote repository.',
    '',
    'Please make sure you have the correct access rights',
  ];
  expect(await reasonFor('git@h: Permission denied (publickey).', ...follows)).toBe(
    'git@h: Permission denied (publickey).',
  );
  expect(await reasonFor('remote: no pushes today', 'error: failed to push some refs to x')).toBe(
    'remote: no pushes today',
  );
  expect(await reasonFor('fatal: Could not read from remote repository.')).toContain('Could not read');
  expect(await reasonFor()).toBe('git ended with 3');
});

test('a reason of many lines is how they begin and end', async () => {
  const lines = [
    "remote: error: cannot lock ref refs/heads/x: Unable to create '/srv/x.lock': File exists.",
    'remote: ',
    'remote: Another git process seems to be running in this repository, e.g.',
    'remote: an editor opened by git commit. Please make sure all processes',
    'remote: are terminated then try again. If it still fails, a git process',
    'remote: may have crashed in this repository earlier:',
    'remote: remove the file manually to continue.',
  ];
  expect(await reasonFor(...lines)).toBe(
    'remote: error: cannot lock ref refs/heads/x: Unable to create /srv/x.lock: File exists.; remote: Another git process seems to be running in this repository, e.g.; remote: remove the file manually to continue.',
  );
});

test('a reason holds no credentials of an address, and is no longer than a line', async () => {
  const said = await reasonFor('fatal: unable to access https://me:s3cret@git.example.com/x/ and ssh://k3y@h/: no');
  expect(said).toBe('fatal: unable to access https://***@git.example.com/x/ and ssh://***@h/: no');
  expect((await reasonFor('x'.repeat(5_000))).length).toBe(500);
});

test('a call that takes too long is given up at once, whatever it started goes on', async () => {
  const { root } = makeRepository();
  const soon = openRunGit(cleanEnvironment, { protocols: '', timeoutMs: 300, isDetached: true });
  const answer = await soon(root, ['-c', 'alias.wait=!sleep 20', 'wait']);
  expect(answer).toMatchObject({ ok: false, reason: 'it took longer than 0.3 s' });
});

const hasProc = existsSync('/proc/self/stat');

test.skipIf(!hasProc)('a detached call is in a process group of its own: a Ctrl-C for us is not for it', async () => {
  const { root } = makeRepository();
  const groupOf = (stat: string) => stat.split(') ')[1]?.split(' ')[2];
  const own = groupOf(readFileSync('/proc/self/stat', 'utf8'));
  const groups = [false, true].map(async (isDetached) => {
    const here = openRunGit(cleanEnvironment, { protocols: '', timeoutMs: 60_000, isDetached });
    return groupOf((await here(root, ['-c', 'alias.group=!cat /proc/$$/stat', 'group'])).stdout.toString());
  });
  expect(await Promise.all(groups)).toEqual([own, expect.not.stringMatching(`^${own}$`)]);
});

test('settings of a call come behind those of the environment, and on no command line', async () => {
  const { root } = makeRepository();
  const environment = {
    ...cleanEnvironment,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'a.b',
    GIT_CONFIG_VALUE_0: 'theirs',
  };
  const own = openRunGit(environment, { protocols: '', timeoutMs: 60_000 });
  const asked = ['config', '--get-regexp', '^(a|c)\\.'];
  const answer = await own(root, asked, { settings: [['c.d', 'https://me:s3cret@h']] });
  expect(answer.stdout.toString()).toBe('a.b theirs\nc.d https://me:s3cret@h\n');
  const shown = await own(root, ['-c', 'alias.ps=!tr "\\0" " " < /proc/$PPID/cmdline', 'ps'], {
    settings: [['c.d', 's3cret']],
  });
  expect(shown.stdout.toString()).not.toContain('s3cret');
});
