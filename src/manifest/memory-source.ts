import { type ManifestSource, missingFile } from './manifest-source.js';

/** Manifests that are in no folder yet: what would be found if these were there, by path below the root. */
export function memorySource(root: string, files: ReadonlyMap<string, string>): ManifestSource {
  const paths = [...files.keys()].toSorted();
  return {
    root,
    folders: () => Promise.resolve([...new Set(paths.map((path) => path.split('/')[0] ?? ''))]),
    files: (folder, limit) => {
      const below = paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => ({ path }));
      return Promise.resolve(below.slice(0, limit));
    },
    has: (path) => Promise.resolve(files.has(path)),
    read: (path) => {
      const text = files.get(path);
      return Promise.resolve(text === undefined ? missingFile : { bytes: new TextEncoder().encode(text) });
    },
  };
}
