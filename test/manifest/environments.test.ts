import { describe, expect, it } from 'vitest';
import { folderSource } from '../../src/manifest/folder-source.js';
import { listEnvironments } from '../../src/manifest/list-environments.js';
import { loadEnvironment } from '../../src/manifest/load-environment.js';

const source = folderSource('environments');

describe('the environments of this repository', () => {
  it('are dev, prod and staging', async () => {
    expect(await listEnvironments(source)).toEqual(['dev', 'prod', 'staging']);
  });

  it.each(['dev', 'prod', 'staging'])('%s has no problem, not even a warning', async (name) => {
    const loaded = await loadEnvironment(source, name);
    expect(loaded.problems).toEqual([]);
    expect(loaded.settings?.endpoint.baseUrl).toBe(`https://example-${name}.api.nicecxone.com`);
  });
});
