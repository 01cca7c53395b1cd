import type { Git } from './git.js';
import { reachedByLink } from './reached-by-link.js';

/** The commit at the tip of a ref, or why the ref can't be relied on. */
export type ResolvedCommit = { readonly id: string } | { readonly refused: string };

/**
 * The commit that a ref names in the repository that holds the folder: a branch, `HEAD`, a whole commit id, or a full
 * name below `refs/`, with `~1` and the like behind it. Git prefers a tag to a branch of the same short name, and whoever
 * may push anything may push a tag: so a short name never means one, and never one of two branches. Nor is a submodule
 * asked, which a pull request can point at a repository of its own, nor a folder that a link in the repository leads to
 * (docs/security.md, "Trust").
 */
export async function resolveCommit(git: Git, folder: string, ref: string): Promise<ResolvedCommit> {
  const [, name = '', suffix = ''] = /^(.*?)((?:[~^]|@\{).*)?$/s.exec(ref) ?? [];
  const base = isExact(name) ? name : await fullName(git, folder, name);
  if (base === undefined) return { refused: `it is no branch of the repository that holds ${folder}` };
  if (typeof base !== 'string') return { refused: `it may mean ${base.join(' or ')}: name one of them` };
  if ((await line(git, folder, ['rev-parse', '--show-superproject-working-tree'])) !== '') {
    return { refused: `${folder} is in a submodule, whose refs prove nothing` };
  }
  const top = await line(git, folder, ['rev-parse', '--show-toplevel']);
  if (top !== undefined && reachedByLink(top, folder)) {
    return { refused: `${folder} is reached by a symbolic link of the repository, which the manifests could turn` };
  }
  const id = await line(git, folder, ['rev-parse', '--verify', '--end-of-options', `${base}${suffix}^{commit}`]);
  return id === undefined ? { refused: `it is no commit of the repository that holds ${folder}` } : { id };
}

function isExact(name: string): boolean {
  return name === 'HEAD' || /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(name);
}

/** The one ref of that name, all of those that it may mean, or undefined. */
async function fullName(git: Git, folder: string, name: string): Promise<string | readonly string[] | undefined> {
  const meant = name.startsWith('refs/') ? [name] : [`refs/${name}`, `refs/heads/${name}`, `refs/remotes/${name}`];
  // It lists what is below a name too, and reads `*` as a pattern; no ref has one in its name.
  const listed = await line(git, folder, ['for-each-ref', '--format=%(refname)', ...meant]);
  const found = (listed ?? '').split('\n').filter((one) => meant.includes(one));
  return found.length > 1 ? found : found[0];
}

async function line(git: Git, folder: string, args: readonly string[]): Promise<string | undefined> {
  const answer = await git(folder, args);
  return answer?.toString('utf8').replace(/\n$/, '');
}
