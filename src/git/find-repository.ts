import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Where git would look for a folder's history. */
export interface FoundRepository {
  readonly at: string;
  /**
   * True for a bare repository before any `.git`. Such a folder can be committed like any other: a pull request would
   * bring refs, and settings with commands in them, of its own choice (docs/security.md, "Git children").
   */
  readonly embedded: boolean;
}

/**
 * The repository that git would find from a folder upwards; undefined where there is none. It looks for names only, so
 * it takes for a repository whatever git does, and without git: one before 2.38 can't be told to refuse embedded ones.
 */
export function findRepository(folder: string): FoundRepository | undefined {
  for (let at = realPath(folder); ; at = path.dirname(at)) {
    const has = (name: string) => existsSync(path.join(at, name));
    if (has('.git')) return { at, embedded: false };
    if (has('HEAD') && (has('objects') || has('commondir'))) return { at, embedded: true };
    if (at === path.dirname(at)) return undefined;
  }
}

/** Git looks upwards from where links lead. */
function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // What is not there is not for this function to tell.
    return path.resolve(folder);
  }
}
