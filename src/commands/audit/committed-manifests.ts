import { type Git, openGit } from '../../git/git.js';
import { knownCommits } from '../../git/known-commits.js';
import { kindDefinition } from '../../kinds/kinds.js';
import type { CommittedManifests, GitCheckOptions } from '../../ledger/verify/git-check.js';
import { gitSource } from '../../manifest/git-source.js';
import { loadEnvironment } from '../../manifest/load-environment.js';
import { hashJson } from '../../model/hash.js';
import { formatIdentity } from '../../model/identity.js';
import { KnownError } from '../../model/known-error.js';
import type { Context, SharedOptions } from '../context.js';

/** The commits of the repository that holds the manifests, for a check; nothing is checked out and no filter runs. */
export function committedManifests(context: Context, { root }: SharedOptions, environment: string): GitCheckOptions {
  const git = openGit(context.env);
  return {
    root,
    commits: async (ids) => {
      if ((await line(git, root, ['rev-parse', '--show-prefix'])) === undefined) throw noRepository(root);
      return knownCommits(git, root, ids);
    },
    isShallow: async () => (await line(git, root, ['rev-parse', '--is-shallow-repository'])) === 'true',
    manifests: async (commit) => {
      if (context.interrupt.aborted) throw new KnownError('InterruptedError', 'the check was interrupted');
      return manifestsAt(git, root, environment, commit);
    },
  };
}

async function manifestsAt(git: Git, root: string, environment: string, commit: string): Promise<CommittedManifests> {
  try {
    const source = await gitSource(git, root, commit);
    // What a manifest has that no apply would take is none: it is not among these.
    const { resources } = await loadEnvironment(source, environment);
    return new Map(
      resources.map((resource) => {
        const state = kindDefinition(resource.identity.kind).desiredState(resource);
        return [formatIdentity(resource.identity), hashJson(state)];
      }),
    );
  } catch (error) {
    // The environment is not there, or its files can't be read; anything else is a bug.
    if (error instanceof KnownError) return { refused: error.message };
    throw error;
  }
}

function noRepository(root: string): KnownError {
  return new KnownError('OptionError', `--git: ${root} is in no git repository`, {
    hint: 'Check out the repository of the manifests with its whole history; git must be installed, and trust its owner (safe.directory).',
  });
}

async function line(git: Git, folder: string, args: readonly string[]): Promise<string | undefined> {
  const answer = await git(folder, args);
  return answer?.toString('utf8').replace(/\n$/, '');
}
