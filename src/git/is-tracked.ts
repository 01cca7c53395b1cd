import path from 'node:path';
import type { Git } from './git.js';

/** True when git tracks the file: it would be published with the next push. */
export async function isTracked(git: Git, file: string): Promise<boolean> {
  const listed = await git(path.dirname(file), ['ls-files', '-z', '--', path.basename(file)]);
  return listed !== undefined && listed.length > 0;
}
