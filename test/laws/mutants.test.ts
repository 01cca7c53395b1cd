import { describe, expect, it } from 'vitest';
import { folderSource } from '../../src/manifest/folder-source.js';
import { loadEnvironment } from '../../src/manifest/load-environment.js';
import type { ManifestSource } from '../../src/manifest/manifest-source.js';
import { isValid } from '../../src/model/problem.js';
import { plainPaint } from '../../src/report/paint.js';
import { problemsText } from '../../src/report/problems-text.js';
import { type Mutant, mutantOf, readCorpus } from './mutants.js';

/** `npm run fuzz` runs any number of others. */
const seed = 20_261_122;
const corpus = readCorpus('.');

describe('a mutated manifest', () => {
  it('is the same mutant whenever its seed and number are', () => {
    expect(mutantOf(corpus, seed, 7)).toEqual(mutantOf(corpus, seed, 7));
    expect(mutantOf(corpus, seed, 7)).not.toEqual(mutantOf(corpus, seed, 8));
  });

  it.each([0, 1, 2])(
    'is valid or has its problems, at places that there are: thousand %i',
    async (thousand) => {
      let valid = 0;
      for (let number = thousand * 1000; number < (thousand + 1) * 1000; number += 1) {
        const mutant = mutantOf(corpus, seed, number);
        const started = performance.now();
        const { problems } = await loadEnvironment(sourceOf(mutant), 'env');
        // A stack trace, an Error that is no problem or a hang would end the test with the mutant's number.
        expect([number, performance.now() - started < 5000]).toEqual([number, true]);
        if (isValid(problems)) valid += 1;
        for (const { file, line, column, message } of problems) {
          expect([number, message, line > 0 && column > 0]).toEqual([number, message, true]);
          expect(line).toBeLessThanOrEqual(linesOf(mutant.get(file.slice('root/env/'.length))) + 1);
        }
        expect(problemsText(problems, { paint: plainPaint, width: 100 })).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u202e]/,
        );
      }
      // Half of them are damaged little: were none valid, nothing behind the parser would be tested.
      expect(valid).toBeGreaterThan(5);
    },
    120_000,
  );
});

function sourceOf(mutant: Mutant): ManifestSource {
  const root = folderSource('root');
  return {
    ...root,
    folders: async () => ['env'],
    files: async () => [...mutant.keys()].toSorted().map((name) => ({ path: `env/${name}` })),
    has: async (path) => mutant.has(path.slice('env/'.length)),
    read: async (path) => {
      const bytes = mutant.get(path.slice('env/'.length));
      return bytes === undefined ? { code: 'missing-file', message: 'There is no such file.' } : { bytes };
    },
  };
}

function linesOf(bytes: Uint8Array | undefined): number {
  return Buffer.from(bytes ?? [])
    .toString('latin1')
    .split('\n').length;
}
