import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { signCheckpoint } from '../../src/ledger/checkpoint/checkpoint.js';
import { parseSigningKey } from '../../src/ledger/checkpoint/signing-key.js';
import type { Entry, EntryOf } from '../../src/ledger/entry.js';
import { sha256 } from '../../src/model/hash.js';
import { entriesOf, forged } from '../scripts/ledgers.js';
import type { Trail } from './trail.js';

/**
 * What a hostile person or machine does to an honest trail, by the words of docs/what-the-trail-proves.md. Each is done for
 * real: with the files, the key, the commits and the simulator that this person has hold of.
 */
export const attacks: Readonly<Record<string, (trail: Trail) => Promise<unknown>>> = {
  // The runner has the client's credentials and the key that signs.
  'changes an engine past the tool': (trail) => changeLive(trail, 'past the tool'),
  'changes an engine past the tool, and reports it as the tool does': async (trail) => {
    await changeLive(trail, 'past the tool');
    await addRow(trail);
  },
  'records changes that never were': (trail) =>
    forge(trail, (entries) => [...entries, ...again(entries, { payloadHash: sha256('never'), logId: 'made-up' })]),
  'applies what nobody approved, and records a commit and a plan that somebody did': async (trail) => {
    const approved = lastIntent(await ledgerOf(trail));
    await trail.manifest({ description: 'nobody approved this' });
    await trail.apply();
    await forge(trail, (entries) =>
      entries.map((entry) =>
        entry.kind === 'intent' && entry.planHash === lastIntent(entries).planHash
          ? { ...entry, planHash: approved.planHash, git: approved.git }
          : entry,
      ),
    );
  },
  'applies what nobody approved, and records that it came of what somebody did': (trail) =>
    applyUnapproved(trail, (entry) => entry),
  'applies what nobody approved, and records it as the failure of what somebody did': (trail) =>
    applyUnapproved(trail, (entry) => (entry.kind === 'outcome' ? { ...entry, status: 'failed' } : entry)),
  'applies what nobody approved, and records that it left all as it was': async (trail) => {
    await applyUnapproved(trail, (entry, to) => {
      if (entry.kind === 'outcome') return { ...entry, status: 'not-attempted' };
      if (entry.kind !== 'intent') return entry;
      return { ...entry, step: 'configure', beforeHash: to, afterHash: to, planHash: sha256('none') };
    });
  },
  'says that somebody else did it': async (trail) => {
    await trail.approve({ description: 'fourth' }, { GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'somebody-else' });
  },

  'writes another past, signed with the key that it has': (trail) =>
    forge(trail, (entries) => withoutChange(entries, trail.plans.second)),

  // Who can write the ledger's file or branch has no key.
  'changes an entry': async (trail) => {
    const text = await readFile(trail.ledger, 'utf8');
    await writeFile(trail.ledger, text.replace('"actor":"ada"', '"actor":"eve"'));
  },
  'cuts the end off, and puts back the checkpoint of then': async (trail) => {
    const entries = await ledgerOf(trail);
    const { size } = trail.checkpoints.first;
    await writeFile(trail.ledger, forged(entries.slice(0, size)));
    await writeFile(trail.checkpoint, trail.checkpoints.first.text);
  },
  'cuts off what no checkpoint was signed of yet': async (trail) => {
    const signed = await readFile(trail.ledger, 'utf8');
    await trail.approve({ description: 'fourth' }, trail.unsigned);
    await writeFile(trail.ledger, signed);
  },
  'changes what no checkpoint was signed of yet': async (trail) => {
    await trail.approve({ description: 'fourth' }, trail.unsigned);
    await rewrite(trail, (entries) => {
      const { planHash } = lastIntent(entries);
      return entries.map((entry) =>
        entry.kind === 'intent' && entry.planHash === planHash ? named(entry, 'eve') : entry,
      );
    });
  },
  'writes all of it anew, with right hashes': async (trail) => {
    await rewrite(trail, (entries) =>
      withoutKeys(entries).map((entry) => (entry.kind === 'intent' ? named(entry, 'eve') : entry)),
    );
    await rm(trail.checkpoint);
  },
  'writes all of it anew, and leaves a change out': async (trail) => {
    await rewrite(trail, (entries) => withoutChange(withoutKeys(entries), trail.plans.second));
    await rm(trail.checkpoint);
  },
  'puts the ledger of another organisation in its place': async (trail) => {
    const other = (entry: Entry): Entry => ({ ...entry, ledgerId: 'another', endpoint: 'http://127.0.0.1:1' });
    await rewrite(trail, (entries) => withoutKeys(entries).map(other));
    await rm(trail.checkpoint);
  },
  'removes it': async (trail) => {
    await rm(trail.ledger);
    await rm(trail.checkpoint);
  },
  'removes it, and the next run begins a new one': async (trail) => {
    await rm(trail.ledger);
    await rm(trail.checkpoint);
    // The log knows whole seconds: a fast machine would begin the new one within the last of them.
    await changeLogs(trail, (rows) => rows.map((row) => ({ ...row, timestamp: '2026-01-31T12:00:00Z' })));
    await trail.approve({ description: 'fourth' });
  },

  // The tenant is CXone itself, and whoever administers the organisation there.
  'changes an engine, and leaves it so': (trail) => changeLive(trail, 'by hand'),
  'changes an engine, and changes it back before anyone looks': async (trail) => {
    await changeLive(trail, 'by hand');
    await changeLive(trail, 'third');
  },
  'hides a row of the audit log': (trail) => changeLogs(trail, (rows) => rows.slice(1)),
  'adds a row to the audit log in the name of the tool': (trail) => addRow(trail),
  'shows a row of the audit log twice': (trail) =>
    changeLogs(trail, (rows) => [...rows, ...rows.slice(-1).map((row) => ({ ...row, logId: 'another' }))]),

  // The two together agree about what they forge.
  'change an engine past the tool, and forge its entries and its row': async (trail) => {
    await changeLive(trail, 'past the tool');
    const payloadHash = await liveHash(trail);
    await addRow(trail, payloadHash);
    await forge(trail, (entries) => [...entries, ...again(entries, { payloadHash, logId: 'another' })]);
  },

  // A key that signed once and was replaced since: who has it can sign what ends before that.
  'writes another past, signed with the key of then': async (trail) => {
    await trail.rotate();
    await forge(
      trail,
      (entries) => withoutChange(entries.slice(0, trail.checkpoints.kept.size), trail.plans.second),
      trail.keys.first,
    );
  },

  // Who can change what approvals rest on.
  'takes commits out of the history of git': async (trail) => {
    await trail.git('checkout', '--quiet', '--orphan', 'anew');
    await trail.git('commit', '--quiet', '--message', 'all at once');
    await trail.git('branch', '--quiet', '--delete', '--force', 'main');
    await trail.git('branch', '--quiet', '--move', 'main');
  },
  'edits what a saved plan does': async (trail) => {
    const text = await readFile(trail.plans.file, 'utf8');
    await writeFile(
      trail.plans.file,
      text.replaceAll(/"payloadHash":\s*"[0-9a-f]{64}"/gu, `"payloadHash":"${'0'.repeat(64)}"`),
    );
  },
  'edits the differences that a saved plan shows': async (trail) => {
    const text = await readFile(trail.plans.file, 'utf8');
    const edited = text.replaceAll(/"after":\s*(?:"[^"]*"|\d+)/gu, '"after": "nothing much"');
    if (edited === text) throw new Error('a plan that shows no difference');
    await writeFile(trail.plans.file, edited);
  },
};

/**
 * Applies what is in no plan and no commit, and records it under the plan, commit and target state of the change before;
 * `record` has the last word on each entry of it, and is told what state it led to.
 */
async function applyUnapproved(trail: Trail, record: (entry: Entry, to: string) => Entry): Promise<void> {
  const { planHash, git, payloadHash } = lastIntent(await ledgerOf(trail));
  await trail.manifest({ description: 'nobody approved this' });
  await trail.apply();
  await forge(trail, (entries) => {
    const last = lastIntent(entries);
    const approved = { planHash, git, payloadHash, afterHash: payloadHash };
    return entries.map((entry) => {
      if (entry.seq < last.seq) return entry;
      return record(entry.kind === 'intent' ? { ...entry, ...approved } : entry, last.afterHash);
    });
  });
}

async function ledgerOf({ ledger }: Trail): Promise<Entry[]> {
  return entriesOf(await readFile(ledger, 'utf8'));
}

/** Other entries, chained anew; what was signed stays as it was. */
async function rewrite(trail: Trail, change: (entries: readonly Entry[]) => readonly Entry[]): Promise<void> {
  await writeFile(trail.ledger, forged(change(await ledgerOf(trail))));
}

/** Other entries, chained anew, and signed with a key. */
async function forge(
  trail: Trail,
  change: (entries: readonly Entry[]) => readonly Entry[],
  keyFile: string = trail.keys.first,
): Promise<void> {
  await rewrite(trail, change);
  const entries = await ledgerOf(trail);
  const last = entries.at(-1);
  const read = parseSigningKey((await readFile(keyFile, 'utf8')).trim());
  if (last === undefined || read === undefined) throw new Error('there is nothing to sign, or nothing to sign with');
  const signed = { origin: `${last.ledgerId}/dev`, size: last.seq, head: last.hash };
  await writeFile(trail.checkpoint, signCheckpoint(read.key, signed));
}

function lastIntent(entries: readonly Entry[]): EntryOf<'intent'> {
  const intent = entries.findLast((entry): entry is EntryOf<'intent'> => entry.kind === 'intent');
  if (intent === undefined) throw new Error('nothing was changed');
  return intent;
}

function named(entry: EntryOf<'intent'>, actor: string): Entry {
  return { ...entry, claimed: { ...entry.claimed, actor } };
}

/** The last change once more, to another state. */
function again(entries: readonly Entry[], { payloadHash, logId }: { payloadHash: string; logId: string }): Entry[] {
  const from = lastIntent(entries).seq - 1;
  const shift = entries.length - from;
  const beforeHash = lastIntent(entries).afterHash;
  return entries.slice(from).map((entry): Entry => {
    switch (entry.kind) {
      case 'intent':
        return { ...entry, beforeHash, afterHash: payloadHash, payloadHash };
      case 'outcome': {
        const event = entry.event && { ...entry.event, payloadHash, timestamp: '2999-01-01T00:00:00Z' };
        return { ...entry, intent: entry.intent + shift, resultHash: payloadHash, event };
      }
      case 'delivering':
        return { ...entry, outcome: entry.outcome + shift };
      case 'delivered':
        return { ...entry, outcome: entry.outcome + shift, logId };
      default:
        return entry;
    }
  });
}

function withoutKeys(entries: readonly Entry[]): Entry[] {
  return renumbered(entries, (entry) => entry.kind !== 'key');
}

/** As if the change of this plan had never been made. */
function withoutChange(entries: readonly Entry[], planHash: string): Entry[] {
  const gone = new Set<number>();
  for (const entry of entries) {
    if (entry.kind === 'intent' && entry.planHash === planHash) gone.add(entry.seq);
    if (entry.kind === 'outcome' && gone.has(entry.intent)) gone.add(entry.seq);
    if ((entry.kind === 'delivering' || entry.kind === 'delivered') && gone.has(entry.outcome)) gone.add(entry.seq);
  }
  return renumbered(entries, ({ seq }) => !gone.has(seq));
}

/** What is left of the entries, each naming others by their new numbers. */
function renumbered(entries: readonly Entry[], stays: (entry: Entry) => boolean): Entry[] {
  const left = entries.filter(stays);
  const numbers = new Map(left.map(({ seq }, at) => [seq, at + 1]));
  const now = (seq: number) => numbers.get(seq) ?? seq;
  return left.map((entry, at): Entry => {
    const seq = at + 1;
    if (entry.kind === 'outcome') return { ...entry, seq, intent: now(entry.intent) };
    if (entry.kind === 'delivering' || entry.kind === 'delivered') {
      return { ...entry, seq, outcome: now(entry.outcome) };
    }
    return { ...entry, seq };
  });
}

async function changeLive({ world, engineId }: Trail, description: string): Promise<void> {
  await world.control('PATCH', `engines/${engineId}`, { description });
}

type Row = Readonly<Record<string, unknown>>;

async function changeLogs({ world }: Trail, change: (rows: readonly Row[]) => readonly Row[]): Promise<void> {
  const state: Readonly<Record<string, readonly Row[]>> = JSON.parse(
    JSON.stringify(await world.control('GET', 'state')),
  );
  await world.control('PUT', 'state', { ...state, auditLogs: change(state['auditLogs'] ?? []) });
}

async function addRow(trail: Trail, payloadHash = sha256('other')): Promise<void> {
  await changeLogs(trail, (rows) => {
    const last = rows.findLast(({ targetId }) => targetId === trail.engineId) ?? {};
    return [...rows, { ...last, action: 'UPDATE', payloadHash, timestamp: '2999-01-01T00:00:00Z', logId: 'another' }];
  });
}

async function liveHash({ world }: Trail): Promise<string> {
  const file = path.join(world.folder, 'live.json');
  await writeFile(file, JSON.stringify((await world.engines())[0]));
  return (await world.cli('audit', 'hash', file)).stdout.slice(0, 64);
}
