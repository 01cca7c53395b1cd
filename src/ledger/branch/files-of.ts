import type { BranchFolder } from './branch-folder.js';

/** The blobs of an environment's folder by the names of their files. */
export function filesOf({ segments, checkpoint, holder }: BranchFolder): Map<string, string> {
  const files = new Map(segments.map(({ name, id }) => [name, id]));
  if (checkpoint !== undefined) files.set('checkpoint', checkpoint);
  if (holder !== undefined) files.set('holder', holder);
  return files;
}
