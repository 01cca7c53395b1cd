import { chmodSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openGit } from '../../src/git/git.js';
import { isTracked } from '../../src/git/is-tracked.js';
import { cleanEnvironment, makeRepository, type Repository } from './repository.js';

const git = openGit(cleanEnvironment);

/** A script that leaves a mark when it is run. */
function trap(repository: Repository, file: string): { script: string; sprung: () => boolean } {
  const mark = path.join(repository.root, 'sprung');
  repository.write(file, `#!/bin/sh\ntouch '${mark}'\n`);
  const script = path.join(repository.root, file);
  chmodSync(script, 0o755);
  return { script, sprung: () => existsSync(mark) };
}

describe('git runs nothing of the repository', () => {
  test('no hook', async () => {
    const repository = makeRepository();
    const { sprung } = trap(repository, '.git/hooks/post-checkout');
    repository.commit();
    const checkout = await git(repository.root, ['checkout', '--quiet', '-b', 'other']);
    expect(checkout).toBeDefined();
    expect(sprung()).toBe(false);
    repository.git('checkout', '--quiet', 'main');
    expect(sprung(), 'the hook works').toBe(true);
  });

  test('no file-system monitor', async () => {
    const repository = makeRepository();
    repository.write('a.yaml', 'a\n');
    repository.commit();
    const { script, sprung } = trap(repository, '.git/monitor');
    repository.git('config', 'core.fsmonitor', script);
    expect(await git(repository.root, ['status', '--porcelain'])).toBeDefined();
    expect(await isTracked(git, path.join(repository.root, 'a.yaml'))).toBe(true);
    expect(sprung()).toBe(false);
    repository.git('status');
    expect(sprung(), 'the monitor works').toBe(true);
  });

  test('no transport, not even to another folder', async () => {
    const [from, to] = [makeRepository(), makeRepository()];
    from.commit();
    expect(await git(to.root, ['fetch', '--quiet', from.root])).toBeUndefined();
    expect(() => to.git('fetch', '--quiet', from.root), 'the folder can be fetched').not.toThrow();
  });
});

describe('the environment of git', () => {
  const dump = ['-c', 'alias.dump=!env', 'dump'];

  test('holds no secret, and what git needs', async () => {
    const repository = makeRepository();
    const secrets = {
      CXONE_CLIENT_SECRET: 'secret-1',
      CXONE_CLIENT_ID: 'secret-2',
      CXONE_WEBHOOK_QA: 'secret-3',
      GITHUB_TOKEN: 'secret-4',
      GH_TOKEN: 'secret-5',
      CI_JOB_TOKEN: 'secret-6',
      GITLAB_TOKEN: 'secret-7',
      ACTIONS_RUNTIME_TOKEN: 'secret-8',
      AWS_SECRET_ACCESS_KEY: 'secret-9',
      npm_config_password: 'secret-10',
      SIGNING_KEY: 'secret-11',
      cxone_client_secret: 'secret-12',
    };
    const printed =
      (await openGit({ ...cleanEnvironment, ...secrets, LANG: 'C' })(repository.root, dump))?.toString() ?? '';
    expect(printed).toContain('LANG=C');
    expect(printed.match(/secret-\d+/g)).toBeNull();
  });

  test('asks nobody, takes no lock, and believes no replaced object', async () => {
    const repository = makeRepository();
    const printed = (await git(repository.root, dump))?.toString() ?? '';
    expect(printed).toMatch(/^GIT_TERMINAL_PROMPT=0$/m);
    expect(printed).toMatch(/^GIT_OPTIONAL_LOCKS=0$/m);
    expect(printed).toMatch(/^GIT_NO_REPLACE_OBJECTS=1$/m);
  });
});

test('a replaced object is not believed', async () => {
  const repository = makeRepository();
  repository.write('a', 'true\n');
  repository.commit();
  repository.write('b', 'false\n');
  const [real, other] = ['a', 'b'].map((file) => repository.git('hash-object', '-w', file).trim());
  repository.git('replace', real ?? '', other ?? '');
  expect((await git(repository.root, ['cat-file', 'blob', real ?? '']))?.toString()).toBe('true\n');
  expect(repository.git('cat-file', 'blob', real ?? ''), 'it is replaced').toBe('false\n');
});

test('input reaches git, and a git that does not read it is no error', async () => {
  const repository = makeRepository();
  repository.commit();
  expect((await git(repository.root, ['hash-object', '--stdin'], 'x'))?.toString()).toMatch(/^[0-9a-f]{40}\n$/);
  expect(await git(repository.root, ['rev-parse', 'HEAD'], 'x'.repeat(1_000_000))).toBeDefined();
  expect(await git(repository.root, ['no-such-command'], 'x'.repeat(1_000_000))).toBeUndefined();
});

describe('a file is tracked', () => {
  test('when the index has it, and not when it is only there', async () => {
    const repository = makeRepository();
    repository.write('.cxone-gitops/prod.jsonl', '\n');
    repository.commit();
    repository.write('.cxone-gitops/*.jsonl', '\n');
    expect(await isTracked(git, path.join(repository.root, '.cxone-gitops/prod.jsonl'))).toBe(true);
    expect(await isTracked(git, path.join(repository.root, '.cxone-gitops/dev.jsonl'))).toBe(false);
    expect(await isTracked(git, path.join(repository.root, '.cxone-gitops/*.jsonl')), 'a name is no pattern').toBe(
      false,
    );
  });

  test('also where its folder is gone', async () => {
    const repository = makeRepository();
    repository.write('a/b/prod.jsonl', '\n');
    repository.commit();
    rmSync(path.join(repository.root, 'a'), { recursive: true });
    expect(await isTracked(git, path.join(repository.root, 'a/b/prod.jsonl'))).toBe(true);
    expect(await isTracked(git, path.join(repository.root, 'a/b/dev.jsonl'))).toBe(false);
  });

  test('nobody knows, where it is in a repository and git says nothing; outside of one it is not', async () => {
    const repository = makeRepository();
    const silent = async () => undefined;
    expect(await isTracked(silent, path.join(repository.root, 'gone/secrets.env'))).toBeUndefined();
    rmSync(path.join(repository.root, '.git'), { recursive: true });
    expect(await isTracked(silent, path.join(repository.root, 'gone/secrets.env'))).toBe(false);
  });
});
