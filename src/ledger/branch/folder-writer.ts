import { readBlobs } from '../../git/read-blobs.js';
import type { RemoteBranch } from '../../git/remote-branch.js';
import { KnownError } from '../../model/known-error.js';
import type { Entry } from '../entry.js';
import type { Group } from '../group-commit.js';
import type { Checkpointer, LedgerEnd } from '../ledger-store.js';
import { addLines, type SegmentText } from './add-lines.js';
import { type Advanced, advanceBranch } from './advance-branch.js';
import { type BranchLedgerOptions, ledgerName } from './branch-options.js';
import { filesOf } from './files-of.js';
import type { HeldFolder } from './hold-folder.js';
import { holderText, holderWords } from './holder.js';
import { look } from './look.js';
import { makeBlob } from './make-commit.js';
import { pushFailed } from './push-failed.js';
import { readHolder } from './read-holder.js';

/** Pushes what a run that holds an environment's folder puts there. One push at a time: callers take turns. */
export interface FolderWriter {
  /** Where lines are added, and what signs them. */
  begin(end: LedgerEnd, checkpoint: Checkpointer | undefined): void;
  /** Adds lines, and a checkpoint of them. Rejects with a LedgerError where they are not known to be there. */
  add(group: Group): Promise<void>;
  /** Gives a sign of life. False where the remote could not be asked; rejects where this run holds the folder no more. */
  renew(): Promise<boolean>;
  /** Gives the folder back, signed. Rejects with a LedgerError where that is not known to have arrived. */
  release(): Promise<void>;
  /** True where a checkpoint of the last entry is there, or none is wanted. */
  isSigned(): boolean;
  /** Before the last push that arrived, in milliseconds since 1970. */
  pushedAt(): number;
}

export function openFolderWriter(options: BranchLedgerOptions, remote: RemoteBranch, held: HeldFolder): FolderWriter {
  const { environment } = options;
  let on: Extract<Advanced, { outcome: 'accepted' }>['at'] = held.folder;
  let files: ReadonlyMap<string, string> = filesOf(held.folder);
  let pushedAt = held.pushedAt;
  let renewed = 0;
  let checkpoint: Checkpointer | undefined;
  let last: Entry | undefined;
  let signed = false;
  /** The last segment; undefined before it was read. */
  let open: { readonly text: SegmentText | undefined } | undefined;
  let cut = 0;
  const pending = new Set<string>();

  /** Puts these files there, in place of those that were. */
  async function put(next: ReadonlyMap<string, string>, message: string): Promise<Advanced> {
    const advanced = await advanceBranch(options, remote, { on, files: next, pending, message });
    if (advanced.outcome === 'accepted') {
      on = advanced.at;
      files = next;
      pushedAt = advanced.pushedAt;
      pending.clear();
    } else if (advanced.outcome === 'failed' && !advanced.isRefused) pending.add(advanced.tree);
    return advanced;
  }

  async function lastSegment(): Promise<SegmentText | undefined> {
    if (open !== undefined) return open.text;
    const segment = held.folder.segments.at(-1);
    if (segment === undefined) return undefined;
    const bytes = (await readBlobs(options.git.read, options.folder, [segment.id])).get(segment.id);
    if (bytes === undefined || bytes.length < cut) {
      throw new KnownError('LedgerError', `${ledgerName(options)}: ${environment}/${segment.name} is not as it was`);
    }
    return { name: segment.name, text: bytes.subarray(0, bytes.length - cut) };
  }

  return {
    begin(end, checkpointer) {
      cut = end.tail;
      last = end.last;
      checkpoint = checkpointer;
    },
    async add({ lines, last: newest }) {
      const count = lines.split('\n').length - 1;
      const first = newest.seq - count + 1;
      const made = addLines(await lastSegment(), lines, first);
      const next = new Map(files);
      for (const { name, text } of made) next.set(name, await makeBlob(options, text));
      const note = checkpoint?.(newest);
      if (note !== undefined) next.set('checkpoint', await makeBlob(options, note));
      const what = count === 1 ? `entry ${first}` : `entries ${first} to ${newest.seq}`;
      const advanced = await put(next, `${environment}: ${what}`);
      if (advanced.outcome === 'overtaken') throw await overtaken(options, advanced);
      if (advanced.outcome === 'failed') throw pushFailed(options, `${what} could not be pushed`, advanced);
      open = { text: made.at(-1) };
      last = newest;
      signed = note !== undefined;
    },
    async renew() {
      renewed += 1;
      const next = new Map(files).set('holder', await makeBlob(options, holderText(held.holder, renewed)));
      const advanced = await put(next, `${environment}: still held`);
      if (advanced.outcome === 'overtaken') throw await overtaken(options, advanced);
      if (advanced.outcome === 'failed' && advanced.isRefused)
        throw pushFailed(options, 'it could not be held', advanced);
      return advanced.outcome === 'accepted';
    },
    async release() {
      // What was pushed without an answer may be there by now: what the branch says counts.
      if (pending.size > 0) {
        const now = await look(options, remote);
        const holder = now.holder === undefined ? undefined : await readHolder(options, now.holder);
        if (holder?.run !== held.holder.run) return;
        [on, files] = [now, filesOf(now)];
      }
      const next = new Map(files);
      const note = pending.size > 0 || signed || last === undefined ? undefined : checkpoint?.(last);
      if (note !== undefined) next.set('checkpoint', await makeBlob(options, note));
      next.delete('holder');
      const advanced = await put(next, `${environment}: released`);
      if (advanced.outcome === 'failed') throw pushFailed(options, 'it could not be given back', advanced);
      if (on.tip !== undefined) await remote.see(on.tip, await remote.seen());
    },
    isSigned: () => signed || checkpoint === undefined || last === undefined,
    pushedAt: () => pushedAt,
  };
}

/** Nothing of this run may follow what another one wrote. */
async function overtaken(
  options: BranchLedgerOptions,
  { by }: Extract<Advanced, { outcome: 'overtaken' }>,
): Promise<KnownError> {
  const holder = by.holder === undefined ? undefined : await readHolder(options, by.holder);
  const who = by.holder === undefined ? 'another run, which has ended' : holderWords(holder);
  return new KnownError('LedgerError', `${ledgerName(options)}: another run wrote it meanwhile: ${who}`, {
    hint: 'Nothing more is changed. Look at what the other run does, then apply again: it goes on from what is live.',
  });
}
