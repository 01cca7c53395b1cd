import { type GitVersion, gitVersion, isBefore } from './git-version.js';
import type { Plumbing } from './plumbing.js';
import { reachedByLink } from './reached-by-link.js';

/** A branch of a remote that the repository around a folder has configured. */
export interface RemoteBranchOptions {
  readonly git: Plumbing;
  /** Inside the repository. */
  readonly folder: string;
  /** The name of a remote, as the schema of environment.yaml wants it. */
  readonly remote: string;
  /** Without `refs/heads/`, likewise. */
  readonly branch: string;
}

/** What became of a push. */
export type Pushed =
  | { readonly outcome: 'accepted' }
  /** The remote said no: the branch is elsewhere by now (`isBehind`), or a rule of the remote is against it. */
  | { readonly outcome: 'refused'; readonly isBehind: boolean; readonly reason: string }
  /** No answer: it may have arrived. */
  | { readonly outcome: 'unknown'; readonly reason: string };

/** Why something could not be done, in git's words. */
export interface Failed {
  readonly failed: string;
}

export interface RemoteBranch {
  /** Why no run may use this remote, and what to do about it; undefined when it may. */
  fault(): Promise<{ readonly message: string; readonly hint: string } | undefined>;
  /** The commit that the remote has there now; undefined where there is no such branch. */
  tip(): Promise<{ readonly id: string | undefined } | Failed>;
  /** Brings the branch's commits here, whatever a partial clone would leave out. `anew`: also what should be here already. */
  fetch(how?: { readonly anew?: boolean }): Promise<Failed | undefined>;
  /** Makes a commit the branch's tip, if that is an ancestor of it. */
  push(commit: string): Promise<Pushed>;
  /** The tip that this clone saw last. It keeps what was fetched from being collected. */
  seen(): Promise<string | undefined>;
  /** Says that it saw this one, unless another run of this clone said something since. */
  see(commit: string, before: string | undefined): Promise<void>;
  isAncestor(older: string, newer: string): Promise<boolean>;
  /** Brings the whole history of the branch to a shallow clone: a fetch with --depth may have hidden part of it. */
  deepen(): Promise<void>;
  /** The ref behind `seen`. */
  readonly seenRef: string;
}

/**
 * Access to one branch of a remote that leaves the checkout, the index, HEAD and every ref but `seenRef` as they are. git
 * takes an unknown remote's name for a path: call `fault` first.
 */
export function openRemoteBranch({ git, folder, remote, branch }: RemoteBranchOptions): RemoteBranch {
  const ref = `refs/heads/${branch}`;
  const seenRef = `refs/cxone-gitops/${remote}/${branch}`;
  const pushRemote = `cxone-gitops-${remote}`;
  const line = async (...args: string[]) => (await git.read(folder, args))?.toString('utf8').trim();
  const fetchArgs = ['fetch', ...fetchOptions];
  let settings: [name: string, value: string][] | undefined;
  let version: GitVersion | undefined;

  async function isShallow(): Promise<boolean> {
    return (await line('rev-parse', '--is-shallow-repository')) === 'true';
  }

  async function isAncestor(older: string, newer: string): Promise<boolean> {
    return (await git.read(folder, ['merge-base', '--is-ancestor', '--end-of-options', older, newer])) !== undefined;
  }

  /** The remote under another name and without its `fetch`: a push to it moves no remote-tracking branch. */
  async function pushSettings(): Promise<[name: string, value: string][]> {
    const asked = ['config', '--null', '--get-regexp', `^remote\\.${remote.replaceAll('.', '\\.')}\\.`];
    const rows = (await git.read(folder, asked))?.toString('utf8').split('\0') ?? [];
    return rows.flatMap((row) => {
      const end = row.indexOf('\n');
      const member = row.slice(`remote.${remote}.`.length, end);
      return pushMembers.has(member) ? [[`remote.${pushRemote}.${member}`, row.slice(end + 1)]] : [];
    });
  }

  return {
    seenRef,
    isAncestor,
    async deepen() {
      if (await isShallow())
        await git.remote(folder, [...fetchArgs, '--depth=2147483647', '--end-of-options', remote, ref]);
    },
    async fault() {
      version ??= await gitVersion(git.read, folder);
      if (isBefore(version, OLDEST)) {
        return {
          message: `git ${version?.join('.')} is too old for a ledger on a branch`,
          hint: `Install git ${OLDEST.join('.')} or later, or name a folder with --ledger.`,
        };
      }
      const top = await line('rev-parse', '--show-toplevel');
      if (top === undefined || top === '') {
        return {
          message: `${folder} is in no git repository that git reads`,
          hint: 'Run it in a checkout, with git installed and trusting its owner (safe.directory), or name a folder with --ledger.',
        };
      }
      if ((await line('rev-parse', '--show-superproject-working-tree')) !== '' || reachedByLink(top, folder)) {
        return {
          message: `${folder} is in a submodule, or reached by a symbolic link of the repository: the manifests could turn it to another remote`,
          hint: 'Keep the manifests in the repository itself, or name a folder with --ledger.',
        };
      }
      // One that only has other settings would be taken for a path.
      const url = await line('config', '--get-all', `remote.${remote}.url`);
      if (url !== undefined && url !== '') return undefined;
      return {
        message: `the repository at ${top} has no remote ${remote}`,
        hint: `Add it with \`git remote add ${remote} URL\`, or name another under \`ledger.git.remote\` in environment.yaml.`,
      };
    },
    async tip() {
      const answer = await git.remote(folder, ['ls-remote', '--refs', '--quiet', '--end-of-options', remote, ref]);
      if (!answer.ok) return { failed: answer.reason };
      // A pattern matches the ends of names, too.
      const rows = answer.stdout.toString('utf8').split('\n');
      const found = rows.map((row) => row.split('\t')).find(([, name]) => name === ref)?.[0];
      if (found !== undefined && !isId(found)) return { failed: 'it names no commit' };
      return { id: found };
    },
    async fetch({ anew = false } = {}) {
      if (anew && isBefore(version, REFETCH)) {
        return { failed: `git ${REFETCH.join('.')} or later can fetch what this partial clone has left out` };
      }
      // In a shallow clone the history of the branch would be all that a run has to wait for.
      const isFirst =
        !anew && (await isShallow()) && (await line('rev-parse', '--verify', '--quiet', seenRef)) === undefined;
      const more = [...(anew ? ['--refetch'] : []), ...(isFirst ? ['--depth=1'] : [])];
      const answer = await git.remote(folder, [...fetchArgs, ...more, '--end-of-options', remote, ref]);
      return answer.ok ? undefined : { failed: answer.reason };
    },
    async push(commit) {
      settings ??= await pushSettings();
      if (!settings.some(([name]) => name.endsWith('.url'))) {
        return { outcome: 'refused', isBehind: false, reason: 'the remote is not configured any more' };
      }
      const push = ['push', ...pushOptions, '--end-of-options', pushRemote, `${commit}:${ref}`];
      const answer = await git.remote(folder, push, { settings });
      if (answer.ok) return { outcome: 'accepted' };
      return (
        refusal(answer.stdout.toString('utf8'), ref, answer.reason) ?? { outcome: 'unknown', reason: answer.reason }
      );
    },
    seen: () => line('rev-parse', '--verify', '--quiet', seenRef),
    async see(commit, before) {
      await git.read(folder, ['update-ref', '--end-of-options', seenRef, commit, before ?? '0'.repeat(commit.length)]);
    },
  };
}

/** GIT_CONFIG_COUNT came with it. */
const OLDEST: GitVersion = [2, 31];
/** `fetch --refetch` came with it. */
const REFETCH: GitVersion = [2, 36];

/** Explicit about all that a user's settings could add: tags, submodules, other refs, a filter, a collection of garbage. */
const fetchOptions = [
  '--quiet',
  '--no-tags',
  '--no-write-fetch-head',
  '--refmap=',
  '--no-prune',
  '--no-prune-tags',
  '--no-recurse-submodules',
  '--no-filter',
  '--no-auto-maintenance',
  '--no-write-commit-graph',
];

/** What a remote says of pushes. git writes names in lower case. */
const pushMembers = new Set(['url', 'pushurl', 'receivepack', 'proxy', 'proxyauthmethod']);

const pushOptions = ['--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', '--recurse-submodules=no'];

/** Of `--porcelain`: `flag TAB from:to TAB [rejected] (why)`. Undefined where the remote said nothing about the ref. */
function refusal(stdout: string, ref: string, said: string): Pushed | undefined {
  const row = stdout.split('\n').find((one) => one.startsWith('!\t') && one.includes(`:${ref}\t`));
  const [, , summary = ''] = row?.split('\t') ?? [];
  if (row === undefined || summary.startsWith('[remote failure]')) return undefined;
  const why = /\((.*)\)$/.exec(summary)?.[1] ?? summary;
  const isBehind = summary.startsWith('[rejected]') || raced.test(why);
  return { outcome: 'refused', isBehind, reason: [why, said].filter((one) => one !== '').join(': ') };
}

/** What servers say when somebody else pushed between their look and their write. */
const raced = /cannot lock ref|failed to update ref|fail(ed)? to lock|incorrect old value|reference already exists/;

function isId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
