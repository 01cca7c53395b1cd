import { existsSync } from 'node:fs';
import path from 'node:path';
import { findRepository } from './find-repository.js';
import type { Git } from './git.js';

/**
 * Whether git tracks the file: it would be published with the next push. Undefined where it is in a repository of which
 * git says nothing: it is not installed, or does not trust the owner of the checkout.
 */
export async function isTracked(git: Git, file: string): Promise<boolean | undefined> {
  const folder = existingFolder(path.dirname(file));
  const listed = await git(folder, ['ls-files', '-z', '--', path.relative(folder, file)]);
  if (listed !== undefined) return listed.length > 0;
  return findRepository(folder) === undefined ? false : undefined;
}

/** What git tracks may be below a folder that is not there. */
function existingFolder(folder: string): string {
  const above = path.dirname(folder);
  return existsSync(folder) || above === folder ? folder : existingFolder(above);
}
