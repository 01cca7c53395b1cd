import { expect, it } from 'vitest';
import { claimedElsewhere, openClaims } from '../../src/manifest/claimed-elsewhere.js';
import { loadEnvironment } from '../../src/manifest/load-environment.js';
import type { ManifestSource } from '../../src/manifest/manifest-source.js';
import { memorySource } from '../../src/manifest/memory-source.js';
import { sortProblems, withProblems } from '../../src/manifest/sort-problems.js';
import type { Problem } from '../../src/model/problem.js';

const engine =
  'apiVersion: cxone-gitops/v1\nkind: SpeechEngine\nmetadata: { name: IVR }\n' +
  'spec: { version: 1.0.0, acousticModelId: a, languageProfileId: b }\n';

function environment(orgId: string): string {
  return `apiVersion: cxone-gitops/v1\nkind: Environment\nspec: { orgId: ${orgId} }\n`;
}

/** Counts how often each file is read. */
function counting(files: Record<string, string>) {
  const reads = new Map<string, number>();
  const memory = memorySource('environments', new Map(Object.entries(files)));
  const source: ManifestSource = {
    ...memory,
    read: (file) => {
      reads.set(file, (reads.get(file) ?? 0) + 1);
      return memory.read(file);
    },
  };
  return { source, reads };
}

it('loads the manifests of an environment of the same endpoint once a run, and of others only what says where they are', async () => {
  const { source, reads } = counting({
    'a/environment.yaml': environment('acme'),
    'a/e.yaml': engine,
    'b/environment.yaml': environment('acme'),
    'b/e.yaml': `# a comment\n---\n${engine}`,
    'c/environment.yaml': environment('other'),
    'c/e.yaml': engine,
  });
  const claimsOf = openClaims(source, []);
  const { resources } = await loadEnvironment(source, 'a');
  reads.clear();
  expect(claimedElsewhere(resources, await claimsOf('a'))).toMatchObject([
    { file: 'environments/a/e.yaml', line: 1, message: expect.stringContaining('environments/b/e.yaml:') },
  ]);
  for (const name of ['b', 'c', 'a']) await claimsOf(name);
  expect(reads.get('c/e.yaml')).toBeUndefined();
  expect(reads.get('c/environment.yaml')).toBe(1);
  expect(reads.get('b/e.yaml')).toBe(1);
});

it('adds what is claimed in the order of files, unless there are more problems than are shown already', () => {
  const problem = (file: string): Problem => ({
    severity: 'error',
    code: 'x',
    file,
    line: 1,
    column: 1,
    path: '',
    message: 'm',
  });
  const sorted = [problem('a'), problem('c')];
  expect(withProblems(sorted, [problem('b')]).map(({ file }) => file)).toEqual(['a', 'b', 'c']);
  const cut = sortProblems(Array.from({ length: 1005 }, () => problem('a')));
  expect(withProblems(cut, [problem('b')])).toEqual(cut);
});
