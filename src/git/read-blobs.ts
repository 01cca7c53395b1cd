import type { Git } from './git.js';

/**
 * The contents of blobs by their ids, by one git process; those that git does not have are left out. Empty where git gives
 * no answer.
 */
export async function readBlobs(git: Git, folder: string, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const blobs = new Map<string, Buffer>();
  const answer = await git(folder, ['cat-file', '--batch'], `${ids.join('\n')}\n`);
  if (answer === undefined) return blobs;
  let at = 0;
  for (const id of ids) {
    // `id SP type SP size LF contents LF`, or `id SP missing LF`.
    const end = answer.indexOf('\n', at);
    if (end === -1) break;
    const [found, type, size] = answer.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (found !== id || type === 'missing') continue;
    const next = at + Number(size);
    if (type === 'blob') blobs.set(id, answer.subarray(at, next));
    at = next + 1;
  }
  return blobs;
}
