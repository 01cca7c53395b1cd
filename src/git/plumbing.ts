import type { Git } from './git.js';
import { openRunGit, type RunGit } from './run-git.js';

/** Git for a branch that is read from and pushed to a remote, and never checked out. */
export interface Plumbing {
  /** Without any transport: what is in the repository. */
  readonly local: RunGit;
  /** The same where why it failed does not matter. */
  readonly read: Git;
  /** By file, ssh and https, never by a command (`ext::`) or in the clear; the user's own git says how it signs in. */
  readonly remote: RunGit;
}

/** Its children run in a session of their own: a Ctrl-C lets what is in flight end (docs/security.md, "Git children"). */
export function openPlumbing(environment: NodeJS.ProcessEnv): Plumbing {
  const local = openRunGit(environment, { protocols: '', timeoutMs: 60_000, isDetached: true });
  const remote = openRunGit(environment, { protocols: 'file:ssh:https', timeoutMs: 120_000, isDetached: true });
  const read: Git = async (folder, args, input) => {
    const answer = await local(folder, args, input === undefined ? {} : { input });
    return answer.ok ? answer.stdout : undefined;
  };
  return { local, read, remote };
}
