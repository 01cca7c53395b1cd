import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareWithHead } from '../../src/git/compare-with-head.js';
import { fileIds } from '../../src/git/file-ids.js';
import { openReadingGit } from '../../src/git/git.js';
import { cleanEnvironment, makeRepository, type Repository } from './repository.js';

const git = openReadingGit(cleanEnvironment);
const ivr = 'prod/ivr.yaml';
const base = 'base/ivr.yaml';
const grammar = 'prod/grammars/a.grxml';

/** Compares files below `environments`, or below another folder, with HEAD. */
function compare(repository: Repository, files: readonly string[], root = 'environments') {
  return compareWithHead(git, {
    root: path.join(repository.root, root),
    folders: ['prod', 'base'],
    files: repository.read(root, ...files),
    wouldRead: (file) => /^(prod|base)\/.*\.yaml$/.test(file),
  });
}

/** The same, in short: what differs. */
async function differing(repository: Repository, files: readonly string[], root?: string) {
  return (await compare(repository, files, root)).differing.map(({ path: file, how }) => `${how} ${file}`);
}

/** Two manifests, a grammar, and files that are no manifests, all committed. */
function committed(format: 'sha1' | 'sha256' = 'sha1'): Repository & { head: string } {
  const repository = makeRepository(format);
  repository.write(`environments/${ivr}`, 'kind: SpeechEngine\n');
  repository.write(`environments/${base}`, 'kind: SpeechEngine\n# base\n');
  repository.write(`environments/${grammar}`, '<grammar/>\n');
  repository.write('environments/grammars/shared.grxml', '<grammar/>\n');
  repository.write('environments/dev/ivr.yaml', 'kind: SpeechEngine\n');
  repository.write('README.md', 'read me\n');
  return { ...repository, head: repository.commit() };
}

describe('files are exactly those of a commit', () => {
  test.each(['sha1', 'sha256'] as const)('when every byte is, in a %s repository', async (format) => {
    const repository = committed(format);
    expect(await compare(repository, [ivr, base, grammar])).toEqual({ head: repository.head, differing: [] });
    repository.write(`environments/${ivr}`, 'kind: Webhook\n');
    expect(await differing(repository, [ivr, base])).toEqual([`changed ${ivr}`]);
  });

  test('whatever happens to files that were not read: another environment, a readme, an unused grammar', async () => {
    const repository = committed();
    repository.write('environments/dev/ivr.yaml', 'changed\n');
    repository.write('README.md', 'changed\n');
    repository.write(`environments/${grammar}`, 'changed\n');
    repository.write('environments/prod/notes.txt', 'new\n');
    expect(await differing(repository, [ivr, base])).toEqual([]);
  });

  test('when one of them is in no folder of the environment', async () => {
    const repository = committed();
    expect(await differing(repository, [ivr, base, 'grammars/shared.grxml'])).toEqual([]);
    repository.write('environments/grammars/shared.grxml', '<grammar />\n');
    expect(await differing(repository, [ivr, base, 'grammars/shared.grxml'])).toEqual([
      'changed grammars/shared.grxml',
    ]);
  });

  test('when the root is the whole repository', async () => {
    const repository = makeRepository();
    repository.write(ivr, 'kind: SpeechEngine\n');
    repository.write('grammars/shared.grxml', '<grammar/>\n');
    const head = repository.commit();
    expect(await compare(repository, [ivr, 'grammars/shared.grxml'], '.')).toEqual({ head, differing: [] });
  });

  test('when names hold what git would quote or take for a pattern', async () => {
    const repository = makeRepository();
    const odd = 'prod/*[prod]/größe "ä"\tx.yaml';
    repository.write(`*[a]/${odd}`, 'kind: SpeechEngine\n');
    const head = repository.commit();
    expect(await compare(repository, [odd], '*[a]')).toEqual({ head, differing: [] });
  });
});

describe('a file differs from the commit', () => {
  test.each<[string, (repository: Repository) => void, string]>([
    ['an edit', (repository) => repository.write(`environments/${ivr}`, 'kind: SpeechEngine \n'), ivr],
    [
      'a staged edit',
      (repository) => {
        repository.write(`environments/${ivr}`, 'kind: x\n');
        repository.git('add', '--all');
      },
      ivr,
    ],
    [
      'an edit that the index is told not to see',
      (repository) => {
        repository.git('update-index', '--assume-unchanged', `environments/${ivr}`);
        repository.write(`environments/${ivr}`, 'kind: x\n');
      },
      ivr,
    ],
    ['a base that was edited', (repository) => repository.write(`environments/${base}`, 'kind: x\n'), base],
  ])('after %s', async (_what, act, file) => {
    const repository = committed();
    act(repository);
    expect(await compare(repository, [ivr, base])).toEqual({
      head: repository.head,
      differing: [{ path: file, how: 'changed', lineEndsOnly: false }],
    });
  });

  test('with line ends of its own, which is said', async () => {
    const repository = committed();
    repository.git('config', 'core.autocrlf', 'true');
    repository.write(`environments/${ivr}`, 'kind: SpeechEngine\r\n');
    repository.write(`environments/${base}`, 'kind: SpeechEngine\r\n# Base\r\n');
    expect((await compare(repository, [ivr, base])).differing).toEqual([
      { path: base, how: 'changed', lineEndsOnly: false },
      { path: ivr, how: 'changed', lineEndsOnly: true },
    ]);
  });

  test('if git does not have it, ignored or not', async () => {
    const repository = committed();
    repository.write('environments/prod/new.yaml', 'kind: Webhook\n');
    repository.write('.git/info/exclude', 'new.yaml\n');
    expect(await differing(repository, [ivr, base, 'prod/new.yaml'])).toEqual(['added prod/new.yaml']);
  });

  test('if only the commit holds it', async () => {
    const repository = committed();
    rmSync(path.join(repository.root, 'environments', ivr));
    expect(await differing(repository, [base])).toEqual([`missing ${ivr}`]);
  });

  test('if the commit holds a link whose target is the content of the file', async () => {
    const repository = committed();
    const link = path.join(repository.root, 'environments/prod/link.yaml');
    symlinkSync('ivr.yaml', link);
    repository.commit();
    rmSync(link);
    // As git checks a link out where the file system has none.
    repository.write('environments/prod/link.yaml', 'ivr.yaml');
    expect(await differing(repository, [ivr, base, 'prod/link.yaml'])).toEqual(['changed prod/link.yaml']);
  });

  test('if it is in a submodule', async () => {
    const repository = committed();
    const other = committed();
    repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.root, 'environments/sub');
    repository.commit();
    const root = path.join(repository.root, 'environments');
    const file = 'sub/environments/prod/ivr.yaml';
    const compared = await compareWithHead(git, {
      root,
      folders: ['sub'],
      files: repository.read('environments', file),
      wouldRead: () => true,
    });
    expect(compared.differing.map(({ path: at, how }) => `${how} ${at}`)).toEqual(['missing sub', `added ${file}`]);
  });

  test('with a content that a clean filter turns into the committed one', async () => {
    const repository = committed();
    repository.write('.gitattributes', '*.yaml filter=upper\n');
    repository.git('config', 'filter.upper.clean', `touch ${repository.root}/ran; echo kind: SpeechEngine`);
    repository.write(`environments/${ivr}`, 'anything else\n');
    expect(await differing(repository, [ivr, base])).toEqual([`changed ${ivr}`]);
    expect(() => repository.read('.', 'ran')).toThrow(/ENOENT/);
  });
});

describe('there is no commit', () => {
  test('outside a repository', async () => {
    const repository = committed();
    rmSync(path.join(repository.root, '.git'), { recursive: true });
    expect(await compare(repository, [ivr])).toEqual({ head: null, differing: [] });
  });

  test('before the first one', async () => {
    const repository = makeRepository();
    repository.write(`environments/${ivr}`, 'kind: SpeechEngine\n');
    const failure = 'the repository has no commit yet, or HEAD names none';
    expect(await compare(repository, [ivr])).toEqual({ head: null, differing: [], failure });
  });

  test('where git is not installed, and that is said', async () => {
    const repository = committed();
    const none = openReadingGit({ ...cleanEnvironment, PATH: '/nonexistent' });
    const read = { root: repository.root, folders: [], files: new Map(), wouldRead: () => true };
    expect(await compareWithHead(none, read)).toEqual({
      head: null,
      differing: [],
      failure: expect.stringContaining("git can't be run"),
    });
  });

  test('where git can not read the tree of the commit, and that is said', async () => {
    const repository = committed();
    const tree = repository.git('rev-parse', 'HEAD:environments').trim();
    rmSync(path.join(repository.root, '.git/objects', tree.slice(0, 2), tree.slice(2)));
    expect(await compare(repository, [ivr, base])).toEqual({
      head: null,
      differing: [],
      failure: expect.stringContaining(tree),
    });
  });
});

test('the ids of a file are what git gives its bytes, with CRLF and with LF', () => {
  for (const format of ['sha1', 'sha256'] as const) {
    const repository = makeRepository(format);
    const idOf = (bytes: Uint8Array) => {
      repository.write('file', bytes);
      return repository.git('hash-object', '--no-filters', 'file').trim();
    };
    const crlf = new Uint8Array([0, 255, 13, 10, 13, 13, 10, 13]);
    const ids = fileIds(crlf);
    expect(ids[format]).toBe(idOf(crlf));
    expect(ids.withoutCr?.[format]).toBe(idOf(new Uint8Array([0, 255, 10, 13, 10, 13])));
    expect(fileIds(new Uint8Array([10])).withoutCr).toBeUndefined();
  }
});
