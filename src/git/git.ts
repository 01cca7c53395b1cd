import { findRepository } from './find-repository.js';
import { type GitAnswer, openRunGit, type RunGit } from './run-git.js';

/** Runs one git command in a folder and returns what it prints; undefined when git is missing or says no. */
export type Git = (folder: string, args: readonly string[], input?: string) => Promise<Buffer | undefined>;

/** Git for reading: no transport at all, so nothing is fetched that the repository has not got. */
export function openGit(environment: NodeJS.ProcessEnv): Git {
  const run = openReadingGit(environment);
  return async (folder, args, input) => {
    const answer = await run(folder, args, input === undefined ? {} : { input });
    return answer.ok ? answer.stdout : undefined;
  };
}

/**
 * The same for callers that tell why git did not answer. Where no folder above is a repository, git is not started: it
 * would say just that, unless the environment names a repository elsewhere.
 */
export function openReadingGit(environment: NodeJS.ProcessEnv): RunGit {
  const run = openRunGit(environment, { protocols: '', timeoutMs: 60_000 });
  const isElsewhere = environment['GIT_DIR'] !== undefined;
  return (folder, args, more) =>
    isElsewhere || findRepository(folder) !== undefined ? run(folder, args, more) : Promise.resolve(noRepository);
}

const noRepository: GitAnswer = {
  ok: false,
  stdout: Buffer.alloc(0),
  reason: 'not a git repository (nor any of the folders above it)',
};
