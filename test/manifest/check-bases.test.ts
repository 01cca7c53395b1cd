import { describe, expect, test } from 'vitest';
import { checkBases } from '../../src/manifest/check-bases.js';
import { memorySource } from '../../src/manifest/memory-source.js';

const source = memorySource('environments', new Map([['prod/environment.yaml', '']]));
const folders = ['base', 'dev', 'prod'];

describe('the bases of an environment', () => {
  test('are folders of shared manifests', async () => {
    expect(await checkBases(source, 'dev', ['base'], folders)).toEqual([]);
  });

  test.each([
    ['bas', 'There is no folder "bas" in environments.', 'Did you mean `base`?'],
    ['nowhere', 'There is no folder "nowhere" in environments.', 'Folders there are: base, dev, prod.'],
    ['dev', "An environment can't be its own base.", 'Leave it out'],
    ['prod', "prod is an environment, which can't be a base.", 'Put what is shared into a folder of its own.'],
  ])('are not %s', async (base, message, hint) => {
    const findings = await checkBases(source, 'dev', [base], folders);
    expect(findings).toEqual([
      { code: 'unknown-base', path: ['spec', 'bases', '0'], message, hint: expect.stringContaining(hint) },
    ]);
  });

  test('are counted with those that are no text, which the schema refuses', async () => {
    const findings = await checkBases(source, 'dev', [1, null, 'nowhere'], folders);
    expect(findings.map(({ path }) => path)).toEqual([['spec', 'bases', '2']]);
  });
});
