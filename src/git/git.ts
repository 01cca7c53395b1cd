import { execFile } from 'node:child_process';
import { findRepository } from './find-repository.js';

/** Runs one git command in a folder and returns what it prints; undefined when git is missing or says no. */
export type Git = (folder: string, args: readonly string[], input?: string) => Promise<Buffer | undefined>;

const bounds = { maxBuffer: 256 * 1024 * 1024, timeout: 60_000 };

/**
 * Git for reading: no hooks, no file-system monitor, no network, no prompt, no replaced objects, and none of our secrets
 * in its environment (docs/security.md, "Git children"). A repository that is itself among committed files is no
 * repository. Callers put `--end-of-options` before anything a user named.
 */
export function openGit(environment: NodeJS.ProcessEnv): Git {
  const env = {
    ...withoutSecrets(environment),
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    // No protocol at all. `protocol.allow` alone gives way to a repository's own `protocol.ext.allow`, and an object that
    // a partial clone lacks would then be fetched by a command of its choice.
    GIT_ALLOW_PROTOCOL: '',
    GIT_NO_LAZY_FETCH: '1',
  };
  const options = settings.flatMap((setting) => ['-c', setting]);
  return (folder, args, input) => {
    if (findRepository(folder)?.embedded === true) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const child = execFile(
        'git',
        ['-C', folder, ...options, ...args],
        { env, encoding: 'buffer', ...bounds },
        (error, stdout) => resolve(error === null ? stdout : undefined),
      );
      // git may end before it has read its input; that is its answer, not an error of ours.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input ?? '');
    });
  };
}

const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
];

const secretName = /^CXONE_|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|^(GITHUB|GITLAB|CI_JOB|ACTIONS)_|_KEY$/i;

function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !secretName.test(name)));
}
