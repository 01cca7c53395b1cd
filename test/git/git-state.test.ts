import { rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openGit } from '../../src/git/git.js';
import { blobIds, readGitState } from '../../src/git/git-state.js';
import { cleanEnvironment, makeRepository, type Repository } from './repository.js';

const git = openGit(cleanEnvironment);
const ivr = 'environments/prod/ivr.yaml';
const base = 'environments/base/ivr.yaml';

function stateOf(
  repository: Repository,
  files: readonly string[],
  folders = ['environments/prod', 'environments/base'],
) {
  const absolute = folders.map((folder) => path.join(repository.root, folder));
  return readGitState(git, absolute, repository.read(...files));
}

/** Two manifests, a grammar, and files that are no manifests, all committed. */
function committed(format: 'sha1' | 'sha256' = 'sha1'): Repository & { head: string } {
  const repository = makeRepository(format);
  repository.write(ivr, 'kind: SpeechEngine\n');
  repository.write(base, 'kind: SpeechEngine\n# base\n');
  repository.write('environments/prod/grammars/a.grxml', '<grammar/>\n');
  repository.write('environments/dev/ivr.yaml', 'kind: SpeechEngine\n');
  repository.write('README.md', 'read me\n');
  return { ...repository, head: repository.commit() };
}

describe('manifests are exactly those of a commit', () => {
  test.each(['sha1', 'sha256'] as const)('when every byte is, in a %s repository', async (format) => {
    const repository = committed(format);
    expect(await stateOf(repository, [ivr, base, 'environments/prod/grammars/a.grxml'])).toEqual({
      head: repository.head,
      dirty: false,
    });
    repository.write(ivr, 'kind: Webhook\n');
    expect(await stateOf(repository, [ivr, base])).toEqual({ head: repository.head, dirty: true });
  });

  test('whatever happens to files that were not read: another environment, a readme, an unused grammar', async () => {
    const repository = committed();
    repository.write('environments/dev/ivr.yaml', 'changed\n');
    repository.write('README.md', 'changed\n');
    repository.write('environments/prod/grammars/a.grxml', 'changed\n');
    repository.write('environments/prod/notes.txt', 'new\n');
    expect(await stateOf(repository, [ivr, base])).toMatchObject({ dirty: false });
  });

  test('when the folder is the whole repository', async () => {
    const repository = makeRepository();
    repository.write('prod.yaml', 'kind: SpeechEngine\n');
    const head = repository.commit();
    expect(await stateOf(repository, ['prod.yaml'], ['.'])).toEqual({ head, dirty: false });
  });

  test('when names hold what git would quote or take for a pattern', async () => {
    const repository = makeRepository();
    const odd = 'environments/*[prod]/größe "ä"\tx.yaml';
    repository.write(odd, 'kind: SpeechEngine\n');
    const head = repository.commit();
    expect(await stateOf(repository, [odd], ['environments/*[prod]'])).toEqual({ head, dirty: false });
  });
});

describe('manifests are dirty', () => {
  test.each<[string, (repository: Repository) => void]>([
    ['an edit', (repository) => repository.write(ivr, 'kind: SpeechEngine \n')],
    [
      'a staged edit',
      (repository) => {
        repository.write(ivr, 'kind: x\n');
        repository.git('add', '--all');
      },
    ],
    [
      'line ends that a filter would hide',
      (repository) => {
        repository.git('config', 'core.autocrlf', 'true');
        repository.write(ivr, 'kind: SpeechEngine\r\n');
      },
    ],
    [
      'an edit that the index is told not to see',
      (repository) => {
        repository.git('update-index', '--assume-unchanged', ivr);
        repository.write(ivr, 'kind: x\n');
      },
    ],
    ['a base that was edited', (repository) => repository.write(base, 'kind: x\n')],
  ])('after %s', async (_what, act) => {
    const repository = committed();
    act(repository);
    expect(await stateOf(repository, [ivr, base])).toEqual({ head: repository.head, dirty: true });
  });

  test('with one that git has not got, ignored or not', async () => {
    const repository = committed();
    repository.write('environments/prod/new.yaml', 'kind: Webhook\n');
    repository.write('.git/info/exclude', 'new.yaml\n');
    expect(await stateOf(repository, [ivr, base, 'environments/prod/new.yaml'])).toMatchObject({ dirty: true });
  });

  test('without one that the commit holds', async () => {
    const repository = committed();
    rmSync(path.join(repository.root, ivr));
    expect(await stateOf(repository, [base])).toMatchObject({ dirty: true });
  });

  test('with a content that a clean filter turns into the committed one', async () => {
    const repository = committed();
    repository.write('.gitattributes', '*.yaml filter=upper\n');
    repository.git('config', 'filter.upper.clean', `touch ${repository.root}/ran; echo kind: SpeechEngine`);
    repository.write(ivr, 'anything else\n');
    expect(await stateOf(repository, [ivr, base])).toMatchObject({ dirty: true });
    expect(() => repository.read('ran')).toThrow(/ENOENT/);
  });
});

describe('there is no commit', () => {
  test('outside a repository', async () => {
    const repository = makeRepository();
    repository.write(ivr, 'kind: SpeechEngine\n');
    rmSync(path.join(repository.root, '.git'), { recursive: true });
    expect(await stateOf(repository, [ivr])).toEqual({ head: null, dirty: false });
  });

  test('before the first one', async () => {
    const repository = makeRepository();
    repository.write(ivr, 'kind: SpeechEngine\n');
    expect(await stateOf(repository, [ivr])).toEqual({ head: null, dirty: false });
  });

  test('where git is not installed', async () => {
    const repository = committed();
    const none = openGit({ ...cleanEnvironment, PATH: '/nonexistent' });
    expect(await readGitState(none, [repository.root], repository.read(ivr))).toEqual({ head: null, dirty: false });
  });
});

test('a blob id is what git gives the bytes', () => {
  for (const format of ['sha1', 'sha256'] as const) {
    const repository = makeRepository(format);
    repository.write('file', new Uint8Array([0, 255, 13, 10]));
    const id = repository.git('hash-object', '--no-filters', 'file').trim();
    expect(blobIds(new Uint8Array([0, 255, 13, 10]))[format]).toBe(id);
  }
});
