import { type ChildProcess, spawn } from 'node:child_process';
import { fileFault } from '../model/file-fault.js';
import { findRepository } from './find-repository.js';

/** How one git command ended. */
export type GitAnswer =
  | { readonly ok: true; readonly stdout: Buffer }
  /** `stdout` is what it printed all the same; `reason` is what it said on stderr, on one line. */
  | { readonly ok: false; readonly stdout: Buffer; readonly reason: string };

/** Runs one git command in a folder. Never rejects: git may be missing, fail, print too much or take too long. */
export type RunGit = (folder: string, args: readonly string[], more?: GitInput) => Promise<GitAnswer>;

export interface GitInput {
  readonly input?: string | Buffer;
  /** Settings by their names, for this command alone. They may hold credentials: no command line shows them. */
  readonly settings?: readonly (readonly [name: string, value: string])[];
}

export interface RunGitOptions {
  /** Transports that git may use, as GIT_ALLOW_PROTOCOL has them; none where it is empty. */
  readonly protocols: string;
  /** Milliseconds that a command may take. */
  readonly timeoutMs: number;
  /** In a session of its own, so that a Ctrl-C for us does not end it in mid-write. */
  readonly isDetached?: boolean;
}

const maxBytes = 256 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;

/**
 * What starts git, and nothing else does: no hooks, no file-system monitor, no prompt, no replaced objects, and none of
 * our secrets in its environment (docs/security.md, "Git children"). A repository that is itself among committed files is
 * no repository. Callers put `--end-of-options` before anything a user named.
 */
export function openRunGit(environment: NodeJS.ProcessEnv, options: RunGitOptions): RunGit {
  const env = {
    ...withoutSecrets(environment),
    // What git says is read, too.
    LC_ALL: 'C',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    // It alone decides: `protocol.allow` gives way to a repository's own `protocol.ext.allow`, and an object that a
    // partial clone lacks would then be fetched by a command of its choice.
    GIT_ALLOW_PROTOCOL: options.protocols,
    GIT_NO_LAZY_FETCH: '1',
  };
  const before = settings.flatMap((setting) => ['-c', setting]);
  return (folder, args, { input = '', settings: own = [] } = {}) => {
    if (findRepository(folder)?.embedded === true) {
      return Promise.resolve({
        ok: false,
        stdout: Buffer.alloc(0),
        reason: 'it is a repository among committed files',
      });
    }
    return runChild(['-C', folder, ...before, ...args], withSettings(env, own), input, options);
  };
}

function runChild(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  input: string | Buffer,
  { timeoutMs, isDetached = false }: RunGitOptions,
): Promise<GitAnswer> {
  return new Promise((resolve) => {
    const child: ChildProcess = spawn('git', args, { env, stdio: 'pipe', detached: isDetached });
    const { stdin, stdout, stderr } = child;
    const notRun = (error: Error) => `git can't be run: ${fileFault(error).words}`;
    if (!stdin || !stdout || !stderr) {
      // Too many files are open: there are no pipes, and no end of them to wait for.
      child.once('error', (error) => resolve({ ok: false, stdout: Buffer.alloc(0), reason: notRun(error) }));
      return;
    }
    const out: Buffer[] = [];
    let [size, said, failure] = [0, '', ''];
    const giveUp = (reason: string) => {
      failure ||= reason;
      child.kill('SIGKILL');
      // What git started may outlive it, and hold these open.
      stdout.destroy();
      stderr.destroy();
    };
    const limit = setTimeout(() => giveUp(`it took longer than ${timeoutMs / 1000} s`), timeoutMs);
    stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) giveUp('it printed too much');
      else out.push(chunk);
    });
    stderr.on('data', (chunk: Buffer) => {
      if (said.length < maxErrorBytes) said += chunk.toString('utf8');
    });
    // git may end before it has read its input; that is its answer, not an error of ours.
    stdin.on('error', () => undefined).end(input);
    child.once('error', (error) => giveUp(notRun(error)));
    child.once('close', (code) => {
      clearTimeout(limit);
      const printed = Buffer.concat(out);
      if (code === 0 && failure === '') resolve({ ok: true, stdout: printed });
      else {
        const reason = failure || reasonIn(said) || `git ended with ${code ?? 'a signal'}`;
        resolve({ ok: false, stdout: printed, reason });
      }
    });
  });
}

/** What git, ssh and the server said, without what follows from it, and without credentials in addresses. */
function reasonIn(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !noise.test(line));
  const causes = lines.filter((line) => !consequence.test(line));
  const said = causes.length > 0 ? causes : lines;
  // Why comes first, and what to do about it last.
  return (said.length > 3 ? [...said.slice(0, 2), ...said.slice(-1)] : said)
    .join('; ')
    .replaceAll(/:\/\/[^/@\s']*@/g, '://***@')
    .slice(0, 500);
}

const noise =
  /^(hint: |warning: |Warning: |Please make sure you|and the repository exists|To |error: failed to push some refs|remote:$)/;

/** What git says when the program that it started has said why. */
const consequence =
  /^fatal: (Could not read from remote repository|the remote end hung up unexpectedly|expected flush)/;

const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
];

/** Behind those that the environment has already. */
function withSettings(env: NodeJS.ProcessEnv, own: NonNullable<GitInput['settings']>): NodeJS.ProcessEnv {
  if (own.length === 0) return env;
  const first = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0;
  const all: NodeJS.ProcessEnv = { ...env, GIT_CONFIG_COUNT: String(first + own.length) };
  for (const [index, [name, value]] of own.entries()) {
    all[`GIT_CONFIG_KEY_${first + index}`] = name;
    all[`GIT_CONFIG_VALUE_${first + index}`] = value;
  }
  return all;
}

const secretName = /^CXONE_|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|^(GITHUB|GITLAB|CI_JOB|ACTIONS)_|_KEY$/i;

function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !secretName.test(name)));
}
