import type { KnownCommit } from '../../git/known-commits.js';
import type { EntryOf } from '../entry.js';
import type { Findings, LedgerCheck } from './ledger-check.js';
import { collectMadeStates, unplannedWords } from './made-states.js';

/** The payload hash that each identity's manifest has in a commit, or why there are none. */
export type CommittedManifests = ReadonlyMap<string, string> | { readonly refused: string };

export interface GitCheckOptions {
  /** The folder that the manifests are in, as the user named it. */
  readonly root: string;
  /** Looks up commits by their ids. Throws a KnownError where there is no repository. */
  readonly commits: (ids: readonly string[]) => Promise<ReadonlyMap<string, KnownCommit>>;
  /** True for a clone that has not the whole history. */
  readonly isShallow: () => Promise<boolean>;
  readonly manifests: (commit: string) => Promise<CommittedManifests>;
}

type Intent = EntryOf<'intent'>;
type Applied = Pick<Intent, 'seq' | 'id' | 'payloadHash'>;

/** What was applied from one commit; what was applied twice counts by its first entry. */
type FromCommit = Map<string, Applied>;

/**
 * Holds the requests of a ledger against the commits that they say they were made from: each is in the history, and the
 * environment's manifests there hash to what was applied (docs/ledger.md, "Checking a ledger against the rest"). Commits
 * are looked at one by one.
 */
export function gitCheck(options: GitCheckOptions): LedgerCheck {
  const commits = new Map<string, FromCommit>();
  const made = collectMadeStates();
  const uncommitted = new Map<string, { readonly intent: Intent; count: number }>();
  return {
    name: 'git',
    needsWhole: false,
    entry(entry) {
      // Nothing was sent: it puts on record that a create which an earlier run left half done stays as it is.
      const isRecordOnly = entry.kind === 'intent' && entry.step === 'configure' && made.keeps(entry);
      made.add(entry);
      if (entry.kind !== 'intent' || isRecordOnly) return;
      const { seq, id, payloadHash, git } = entry;
      if (git === null || git.dirty) {
        const run = `${git?.head ?? ''} ${entry.planHash}`;
        const known = uncommitted.get(run);
        if (known === undefined) uncommitted.set(run, { intent: entry, count: 1 });
        else known.count += 1;
        return;
      }
      const of = commits.get(git.head) ?? new Map<string, Applied>();
      commits.set(git.head, of);
      const key = `${payloadHash} ${id}`;
      if (!of.has(key)) of.set(key, { seq, id, payloadHash });
    },
    async end(_result, findings) {
      for (const { intent, count } of uncommitted.values()) findings.add(notCommitted(intent, count));
      const known = commits.size === 0 ? new Map<string, KnownCommit>() : await options.commits([...commits.keys()]);
      const isShallow = [...known.values()].includes('missing') && (await options.isShallow());
      for (const [commit, applied] of commits) {
        const state = known.get(commit) ?? 'missing';
        noteCommit(commit, state, isShallow, applied, findings);
        if (state === 'missing') continue;
        const hashes = await options.manifests(commit);
        for (const one of applied.values()) judge(commit, one, hashes, findings);
      }
      for (const one of made.unplanned()) {
        const message = `${unplannedWords(one)}: whatever its commit says, this is not in it`;
        findings.add({ seq: one.seq, code: 'not-as-committed', message });
      }
      const count = commits.size.toLocaleString('en');
      return [`commits that the ledger names: ${count}; their manifests were read below ${options.root}`];
    },
  };
}

/** Adds that a commit is not where it should be, told of the first entry that names it. */
function noteCommit(
  commit: string,
  known: KnownCommit,
  isShallow: boolean,
  applied: FromCommit,
  findings: Findings,
): void {
  const [first] = applied.values();
  if (first === undefined) return;
  const { seq, id } = first;
  if (known === 'missing') {
    const why = isShallow
      ? 'this clone has not the whole history: fetch it (`git fetch --unshallow`), then check again'
      : 'it was rebased away, never pushed, or is of another repository; fetch all branches to be sure';
    findings.add({
      seq,
      code: 'commit-missing',
      message: `${id}: it was applied from commit ${commit}, which this repository has not: ${why}`,
    });
  }
  if (known === 'unreachable') {
    const message = `${id}: it was applied from commit ${commit}, which no branch or tag leads to: it was rebased away, or never merged`;
    findings.add({ seq, code: 'commit-unreachable', message });
  }
}

function judge(
  commit: string,
  { seq, id, payloadHash }: Applied,
  hashes: CommittedManifests,
  findings: Findings,
): void {
  const add = (why: string) =>
    findings.add({ seq, code: 'not-as-committed', message: `${id}: commit ${commit} ${why}` });
  if ('refused' in hashes) return add(`can't be read: ${hashes.refused}`);
  const committed = hashes.get(id);
  if (committed === payloadHash) return;
  if (committed === undefined) return add('has no valid manifest of it, and it was applied from there');
  add(`wants ${committed.slice(0, 12)}, and ${payloadHash.slice(0, 12)} was applied`);
}

function notCommitted({ seq, id, git }: Intent, count: number) {
  const others = count === 1 ? '' : ` (${count.toLocaleString('en')} requests of this plan)`;
  const why =
    git === null
      ? 'it was applied from manifests of no commit'
      : `it was applied from manifests that differ from those of commit ${git.head}`;
  return { seq, code: 'uncommitted', message: `${id}: ${why}: what they were can't be checked${others}` };
}
