import type { Git } from '../../git/git.js';

/** An entry of a git tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly id: string;
  /** Its bytes, each as a character: git asks for no encoding, and what is not ours is kept as it is. */
  readonly name: string;
}

/** A piece of a ledger: the lines from its first entry up to that of the next piece. */
export interface Segment {
  /** `<number of its first entry, 12 digits>.jsonl`. */
  readonly name: string;
  readonly id: string;
  /** In bytes. */
  readonly size: number;
}

/** What a commit of the branch holds of one environment. */
export interface BranchFolder {
  /** The commit; undefined where there is no branch. */
  readonly tip: string | undefined;
  /** All of the branch, of which everything else is kept as it is. */
  readonly root: readonly TreeEntry[];
  /** The id of the environment's tree: it says whether anything changed there. Undefined where there is none. */
  readonly tree: string | undefined;
  /** In the order of the ledger. */
  readonly segments: readonly Segment[];
  /** Blobs. */
  readonly checkpoint: string | undefined;
  readonly holder: string | undefined;
}

/** What is on the branch is not what the tool puts there. */
export interface OddFolder {
  readonly odd: string;
}

/** Objects that should be here are not: a fetch left them out, or was cut off. */
export interface MissingObjects {
  readonly missing: true;
}

/** The most bytes that a segment may have: what ends one, and one more line of the longest kind. */
const MAX_SEGMENT = 2 * 1024 * 1024;

/** The folder of an environment at a commit, without any transport. */
export async function readFolder(
  git: Git,
  folder: string,
  tip: string | undefined,
  environment: string,
): Promise<BranchFolder | OddFolder | MissingObjects> {
  const none = { tip, root: [], tree: undefined, segments: [], checkpoint: undefined, holder: undefined };
  if (tip === undefined) return none;
  const root = await readTree(git, folder, `${tip}^{tree}`);
  if (root === undefined) return { missing: true };
  const own = root.find(({ name }) => name === environment);
  if (own === undefined) return { ...none, root };
  if (own.type !== 'tree') return { odd: `${environment} is no folder` };
  const entries = await readTree(git, folder, own.id);
  if (entries === undefined) return { missing: true };
  const stranger = entries.find(({ mode, type, name }) => mode !== '100644' || type !== 'blob' || !isOurs(name));
  if (stranger !== undefined) return { odd: `${environment}/${stranger.name} is nothing that cxone-gitops puts there` };
  const sizes = await sizesOf(git, folder, entries);
  if (sizes === undefined) return { missing: true };
  const huge = entries.find(({ id }) => (sizes.get(id) ?? 0) > MAX_SEGMENT);
  if (huge !== undefined) return { odd: `${environment}/${huge.name} has more than ${MAX_SEGMENT} bytes` };
  const segments = entries
    .filter(({ name }) => segmentName.test(name))
    .map(({ name, id }) => ({ name, id, size: sizes.get(id) ?? 0 }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const blob = (named: string) => entries.find(({ name }) => name === named)?.id;
  return { tip, root, tree: own.id, segments, checkpoint: blob('checkpoint'), holder: blob('holder') };
}

const segmentName = /^\d{12}\.jsonl$/;

function isOurs(name: string): boolean {
  return segmentName.test(name) || name === 'checkpoint' || name === 'holder';
}

/** Entries of `ls-tree -z`: `mode type id TAB name NUL`. Undefined where the tree is not here. */
async function readTree(git: Git, folder: string, tree: string): Promise<TreeEntry[] | undefined> {
  const answer = await git(folder, ['ls-tree', '-z', '--full-tree', '--end-of-options', tree]);
  return answer
    ?.toString('latin1')
    .split('\0')
    .flatMap((row) => {
      const tab = row.indexOf('\t');
      const [mode = '', type = '', id = ''] = row.slice(0, Math.max(tab, 0)).split(' ');
      return tab === -1 ? [] : [{ mode, type, id, name: row.slice(tab + 1) }];
    });
}

/** Bytes of blobs; undefined where one is not here. */
async function sizesOf(
  git: Git,
  folder: string,
  entries: readonly TreeEntry[],
): Promise<ReadonlyMap<string, number> | undefined> {
  const sizes = new Map<string, number>();
  if (entries.length === 0) return sizes;
  const asked = entries.map(({ id }) => `${id}\n`).join('');
  const answer = await git(folder, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], asked);
  for (const row of answer?.toString('utf8').trimEnd().split('\n') ?? []) {
    const [id = '', size = ''] = row.split(' ');
    if (!/^\d+$/.test(size)) return undefined;
    sizes.set(id, Number(size));
  }
  return entries.every(({ id }) => sizes.has(id)) ? sizes : undefined;
}
