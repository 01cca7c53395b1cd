import { Budget } from './budget.js';
import type { ManifestSource } from './manifest-source.js';

/** The same source, for all files of one environment and its bases: refuses what goes beyond their bounds together. */
export function boundedSource(source: ManifestSource): ManifestSource {
  const budget = new Budget();
  return {
    root: source.root,
    budget,
    folders: () => source.folders(),
    files: (folder, limit) => source.files(folder, limit),
    has: (path) => source.has(path),
    async read(path) {
      if (budget.spent !== undefined) return budget.spent;
      const read = await source.read(path);
      return 'bytes' in read ? (budget.takeFile(read.bytes.length) ?? read) : read;
    },
  };
}
