import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifests } from '../../../src/commands/environment/read-manifests.js';
import { engine } from '../../cli/manifests.js';
import { cleanEnvironment, makeRepository, type Repository } from '../../git/repository.js';

const settings = {
  apiVersion: 'cxone-gitops/v1',
  kind: 'Environment',
  spec: { baseUrl: 'http://127.0.0.1:1', bases: ['base'] },
};
const catalog = {
  formatVersion: 1,
  models: [{ id: 'us-en-acoustic-model-v4', locale: 'en-US' }],
  profiles: [{ id: 'us-en-language-profile', locale: 'en-US' }],
};
const withGrammar = engine('IVR', {
  grammarConstraints: [
    { type: 'grxml', file: '../grammars/a.grxml' },
    { type: 'json', file: 'rules.json' },
  ],
});
const grxml =
  '<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" xml:lang="en-US" root="a">\n<rule id="a"><item>yes</item></rule>\n</grammar>\n';

function rules(version: string) {
  return { version, rules: [{ id: 'r', pattern: 'yes', action: 'confirm' }] };
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** An environment with a base, two grammar files and a catalogue, all committed; one grammar is in neither folder. */
function committed(): Repository {
  const repository = makeRepository();
  repository.write('environments/dev/environment.yaml', text(settings));
  repository.write('environments/dev/ivr.yaml', text(withGrammar));
  repository.write('environments/dev/rules.json', text(rules('1.0')));
  repository.write('environments/dev/catalog.json', text(catalog));
  repository.write('environments/grammars/a.grxml', grxml);
  repository.write('environments/base/shared.yaml', text(engine('Shared')));
  repository.commit();
  return repository;
}

/** What is said of the environment's files, in short; undefined if they are clean. */
async function stateOf(repository: Repository) {
  const root = path.join(repository.root, 'environments');
  const { git, loaded } = await readManifests({ env: cleanEnvironment }, { root, allowHost: [] }, 'dev');
  expect(loaded.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(git.head).toMatch(/^[0-9a-f]{40}$/);
  expect(git.dirty).toBe(git.differing.length > 0);
  return git.dirty ? git.differing.map(({ path: file, how }) => `${how} ${file}`) : undefined;
}

/** Checks the files out anew, as git does after its settings changed. */
function checkOutAgain(repository: Repository): void {
  rmSync(path.join(repository.root, '.git/index'));
  repository.git('reset', '--quiet', '--hard');
}

describe('an environment is clean', () => {
  it('as it was committed, and whatever else is in its folder', async () => {
    const repository = committed();
    expect(await stateOf(repository)).toBeUndefined();
    repository.write('environments/dev/README.md', 'new\n');
    repository.write('environments/dev/.DS_Store', 'new\n');
    repository.write('environments/dev/.hidden.yaml', 'new\n');
    repository.write('environments/dev/plans/dev.json', '{}\n');
    repository.write('environments/dev/.cxone-gitops/dev.jsonl', '{}\n');
    repository.write('environments/prod/ivr.yaml', 'new\n');
    expect(await stateOf(repository)).toBeUndefined();
    repository.commit();
    rmSync(path.join(repository.root, 'environments/dev/.hidden.yaml'));
    rmSync(path.join(repository.root, 'environments/dev/README.md'));
    expect(await stateOf(repository)).toBeUndefined();
  });

  it.each<[string, (repository: Repository) => void]>([
    ['core.autocrlf', (repository) => void repository.git('config', 'core.autocrlf', 'true')],
    ['the attribute eol=crlf', (repository) => repository.write('.git/info/attributes', '* text eol=crlf\n')],
    ['the attribute ident', (repository) => repository.write('.git/info/attributes', '*.yaml ident\n')],
  ])('checked out with %s', async (_setting, set) => {
    const repository = committed();
    repository.write('environments/dev/id.yaml', `# $Id$\n${text(engine('Other', { description: 'a' }))}`);
    repository.commit();
    set(repository);
    checkOutAgain(repository);
    // Git itself says so, and the bytes differ all the same.
    expect(repository.git('status', '--porcelain')).toBe('');
    const bytes = repository.read('environments', 'dev/id.yaml').get('dev/id.yaml');
    expect(bytes?.sha1).not.toBe(repository.git('rev-parse', 'HEAD:environments/dev/id.yaml').trim());
    expect(await stateOf(repository)).toBeUndefined();
    repository.write('environments/dev/id.yaml', text(engine('Other', { description: 'b' })));
    expect(await stateOf(repository)).toEqual(['changed dev/id.yaml']);
  });

  it.each<[string, (repository: Repository) => void]>([
    ['a comment', (repository) => repository.write('environments/dev/ivr.yaml', `# new\n${text(withGrammar)}`)],
    [
      'the layout of the catalogue',
      (repository) => repository.write('environments/dev/catalog.json', JSON.stringify(catalog)),
    ],
    ['a manifest without documents', (repository) => repository.write('environments/dev/new.yaml', '# later\n')],
    [
      'the file that a manifest is in',
      (repository) => {
        rmSync(path.join(repository.root, 'environments/base/shared.yaml'));
        repository.write('environments/base/moved/SHARED.YML', text(engine('Shared')));
      },
    ],
  ])('with another meaning of no file: %s', async (_what, change) => {
    const repository = committed();
    change(repository);
    expect(await stateOf(repository)).toBeUndefined();
  });
});

describe('an environment is dirty, and each file is named', () => {
  const edited = (file: string, value: unknown): [string, (repository: Repository) => void, string[]] => [
    `${file} is edited`,
    (repository) => repository.write(`environments/${file}`, typeof value === 'string' ? value : text(value)),
    [`changed ${file}`],
  ];

  it.each<[string, (repository: Repository) => void, string[]]>([
    edited('dev/ivr.yaml', { ...withGrammar, spec: { ...withGrammar.spec, description: 'new' } }),
    edited('base/shared.yaml', engine('Shared', { description: 'new' })),
    edited('grammars/a.grxml', grxml.replace('yes', 'no')),
    edited('dev/rules.json', rules('1.1')),
    edited('dev/environment.yaml', { ...settings, spec: { ...settings.spec, listLag: 'PT9S' } }),
    edited('dev/environment.yaml', {
      ...settings,
      spec: { ...settings.spec, guardrails: { maxChanges: { count: 3 } } },
    }),
    edited('dev/catalog.json', { ...catalog, models: [...catalog.models, { id: 'x', locale: 'en-US' }] }),
    [
      'a manifest is added',
      (repository) => repository.write('environments/dev/new.yaml', text(engine('New'))),
      ['added dev/new.yaml'],
    ],
    [
      'a manifest is added that git ignores',
      (repository) => {
        repository.write('.git/info/exclude', 'new.yaml\n');
        repository.write('environments/base/new.yaml', text(engine('New')));
      },
      ['added base/new.yaml'],
    ],
    [
      'a manifest is missing',
      (repository) => rmSync(path.join(repository.root, 'environments/base/shared.yaml')),
      ['missing base/shared.yaml'],
    ],
    [
      'the catalogue is missing',
      (repository) => rmSync(path.join(repository.root, 'environments/dev/catalog.json')),
      ['missing dev/catalog.json'],
    ],
    [
      'a manifest lost a member, and others changed their line ends',
      (repository) => {
        repository.git('config', 'core.autocrlf', 'true');
        checkOutAgain(repository);
        repository.write('environments/base/shared.yaml', text(engine('Shared', { trafficSplit: 3 })));
      },
      ['changed base/shared.yaml'],
    ],
  ])('if %s', async (_what, change, files) => {
    const repository = committed();
    change(repository);
    expect(await stateOf(repository)).toEqual(files);
    repository.write('.git/info/exclude', '');
    repository.commit();
    expect(await stateOf(repository)).toBeUndefined();
  });

  it.each<[string, (repository: Repository) => void]>([
    [
      'a Git LFS pointer',
      (repository) =>
        repository.write(
          'environments/grammars/a.grxml',
          `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12\n`,
        ),
    ],
    [
      'a symbolic link',
      (repository) => {
        rmSync(path.join(repository.root, 'environments/grammars/a.grxml'));
        symlinkSync('b.grxml', path.join(repository.root, 'environments/grammars/a.grxml'));
      },
    ],
    ['a file that is not XML', (repository) => repository.write('environments/grammars/a.grxml', '<<<')],
  ])('if the commit holds %s in its place', async (_what, change) => {
    const repository = committed();
    change(repository);
    repository.commit();
    rmSync(path.join(repository.root, 'environments/grammars/a.grxml'));
    repository.write('environments/grammars/a.grxml', grxml);
    expect(await stateOf(repository)).toEqual(['changed grammars/a.grxml']);
  });

  it('if the commit holds a manifest that can not be parsed, and the checkout does not have it', async () => {
    const repository = committed();
    repository.write('environments/dev/broken.yaml', 'a: [\n');
    repository.commit();
    rmSync(path.join(repository.root, 'environments/dev/broken.yaml'));
    expect(await stateOf(repository)).toEqual(['missing dev/broken.yaml']);
  });

  it('if the commit does not have the environment', async () => {
    const repository = makeRepository();
    repository.write('environments/other/environment.yaml', text(settings));
    repository.commit();
    repository.write(
      'environments/dev/environment.yaml',
      text({ ...settings, spec: { baseUrl: 'http://127.0.0.1:1' } }),
    );
    expect(await stateOf(repository)).toEqual(['added dev/environment.yaml']);
  });
});

it('says why git does not name a commit', async () => {
  const repository = committed();
  repository.write('.git/HEAD', 'broken\n');
  const root = path.join(repository.root, 'environments');
  const { git } = await readManifests({ env: cleanEnvironment }, { root, allowHost: [] }, 'dev');
  expect(git).toMatchObject({ head: null, dirty: true, failure: expect.stringContaining('not a git repository') });
});
