import { KnownError } from '../../model/known-error.js';
import type { BranchFolder, TreeEntry } from './branch-folder.js';
import { type BranchLedgerOptions, ledgerName } from './branch-options.js';

/** Writes a blob into the repository's objects and returns its id. Throws a LedgerError where git can't. */
export function makeBlob(options: BranchLedgerOptions, bytes: string | Buffer): Promise<string> {
  return writeObject(options, ['hash-object', '-w', '--stdin', '--no-filters'], bytes);
}

/** The tree of an environment's folder: plain files, by name. */
export function makeFolderTree(options: BranchLedgerOptions, files: ReadonlyMap<string, string>): Promise<string> {
  return makeTree(
    options,
    [...files].map(([name, id]) => ({ mode: '100644', type: 'blob', id, name })),
  );
}

/**
 * A commit on top of `on` that has this tree as the environment's folder, and everything else as it is there. The
 * identity is always the same: who ran it is claimed in the entries. Throws a LedgerError where git can't write.
 */
export async function makeCommit(
  options: BranchLedgerOptions,
  on: Pick<BranchFolder, 'tip' | 'root'>,
  tree: string,
  message: string,
): Promise<string> {
  const { environment, clock } = options;
  const others = on.root.filter(({ name }) => name !== environment);
  const root = await makeTree(options, [...others, { mode: '040000', type: 'tree', id: tree, name: environment }]);
  const by = `cxone-gitops <cxone-gitops@localhost> ${Math.floor(clock.now() / 1000)} +0000`;
  const parent = on.tip === undefined ? '' : `parent ${on.tip}\n`;
  // A name in it may hold anything.
  const line = message.replaceAll(/\p{Cc}+/gu, ' ');
  const text = `tree ${root}\n${parent}author ${by}\ncommitter ${by}\n\n${line}\n`;
  return writeObject(options, ['hash-object', '-w', '--stdin', '-t', 'commit'], text);
}

/** What it names may be missing in a partial clone: it is on the remote. */
function makeTree(options: BranchLedgerOptions, entries: readonly TreeEntry[]): Promise<string> {
  const rows = entries.map(({ mode, type, id, name }) => `${mode} ${type} ${id}\t${name}\0`).join('');
  return writeObject(options, ['mktree', '-z', '--missing'], Buffer.from(rows, 'latin1'));
}

async function writeObject(
  options: BranchLedgerOptions,
  args: readonly string[],
  input: string | Buffer,
): Promise<string> {
  const answer = await options.git.local(options.folder, args, { input });
  if (answer.ok) return answer.stdout.toString('latin1').trim();
  throw new KnownError('LedgerError', `${ledgerName(options)}: git can't write to its repository: ${answer.reason}`, {
    hint: 'Nothing more is changed without a ledger. Put that right, then apply again: it goes on from there.',
  });
}
