import type { ManifestSource } from './manifest-source.js';
import { environmentFile } from './read-folder.js';

/** The folders that hold an environment.yaml, sorted. Throws a KnownError where the root can't be read. */
export async function listEnvironments(source: ManifestSource): Promise<string[]> {
  const names: string[] = [];
  for (const folder of await source.folders()) {
    if (await source.has(`${folder}/${environmentFile}`)) names.push(folder);
  }
  return names;
}
