import { openRunGit, type RunGit } from './run-git.js';

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

/** The same for callers that tell why git did not answer. */
export function openReadingGit(environment: NodeJS.ProcessEnv): RunGit {
  return openRunGit(environment, { protocols: '', timeoutMs: 60_000 });
}
