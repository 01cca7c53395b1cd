import { type FileIds, fileIds } from '../../git/file-ids.js';
import { folderSource } from '../../manifest/folder-source.js';
import { type LoadedEnvironment, loadEnvironment } from '../../manifest/load-environment.js';
import type { ManifestSource } from '../../manifest/manifest-source.js';
import type { Context, SharedOptions } from '../context.js';
import { type GitState, readGitState } from './git-state.js';

/**
 * Reads an environment's manifests, with all their problems, and compares them with HEAD. Throws a KnownError as
 * loadEnvironment does.
 */
export async function readManifests(
  context: Pick<Context, 'env'>,
  options: Pick<SharedOptions, 'root' | 'allowHost'>,
  environment: string,
): Promise<{ readonly loaded: LoadedEnvironment; readonly git: GitState }> {
  const files = new Map<string, FileIds>();
  const folder = folderSource(options.root);
  const source: ManifestSource = {
    ...folder,
    read: async (file) => {
      const answer = await folder.read(file);
      if ('bytes' in answer) files.set(file, fileIds(answer.bytes));
      return answer;
    },
  };
  const loaded = await loadEnvironment(source, environment, { allowHosts: options.allowHost });
  return { loaded, git: await readGitState(context, options, loaded, files) };
}
