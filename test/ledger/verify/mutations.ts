import { readFileSync } from 'node:fs';
import { signCheckpoint } from '../../../src/ledger/checkpoint/checkpoint.js';
import { keyBody } from '../../../src/ledger/checkpoint/key-entry.js';
import { canonicalEntry, type Entry, NO_PREV } from '../../../src/ledger/entry.js';
import { checkpointFile } from '../../../src/ledger/file/checkpoint-file.js';
import { entriesOf, fillToHundred, sealed } from '../../scripts/ledgers.js';
import { testKey } from '../keys.js';
import { CLAIMED, inLedger, prodFile, temporaryFolder } from '../sample.js';

/** Who signs the ledger. */
export const owner = testKey(1, 'owner');

/** Who would like to, by the same name. */
const attacker = testKey(2, 'owner');

/** A ledger, and the checkpoint that is beside it. */
export interface SignedLedger {
  readonly ledger: string | Buffer;
  readonly checkpoint: string | undefined;
}

/** A ledger of a hundred entries with every kind among them, signed to its end. */
export async function signedHundred(): Promise<{ readonly ledger: string; readonly checkpoint: string }> {
  const folder = temporaryFolder();
  await inLedger(folder, fillToHundred, { signer: { key: owner, claimed: CLAIMED } });
  return {
    ledger: readFileSync(prodFile(folder), 'utf8'),
    checkpoint: readFileSync(checkpointFile(folder, 'prod'), 'utf8'),
  };
}

export const mutationNames = ['flip', 'drop', 'swap', 'duplicate', 'insert', 'cut', 'rewrite'] as const;

type MutationName = (typeof mutationNames)[number];

export interface Mutation extends SignedLedger {
  readonly name: MutationName;
  /** The number of the entry. */
  readonly at: number;
}

/**
 * Each mutation at each entry, by somebody who can write the ledger and all that is beside it, and has not the key. No
 * checkpoint is left beside it but where he can make one that the ledger itself does not tell from a good one: where he
 * rewrites the entry that brings the key.
 */
export function mutationsOf(ledger: string): Mutation[] {
  const lines = ledger.trimEnd().split('\n');
  return lines.flatMap((_, index) =>
    mutationNames.map((name): Mutation => ({ name, at: index + 1, ...mutate[name](lines, index) })),
  );
}

const mutate: Readonly<Record<MutationName, (lines: readonly string[], at: number) => SignedLedger>> = {
  flip: (lines, at) => {
    const bytes = Buffer.from(text(lines));
    const line = lines[at] ?? '';
    const place = Buffer.byteLength(text(lines.slice(0, at))) + ((at * 37) % Buffer.byteLength(line));
    bytes[place] = (bytes[place] ?? 0) ^ (1 << (at % 8));
    return { ledger: bytes, checkpoint: undefined };
  },
  drop: (lines, at) => unsigned(lines.toSpliced(at, 1)),
  // The last one changes places with the first.
  swap: (lines, at) => {
    const other = (at + 1) % lines.length;
    return unsigned(lines.with(at, lines[other] ?? '').with(other, lines[at] ?? ''));
  },
  duplicate: (lines, at) => unsigned(lines.toSpliced(at, 0, lines[at] ?? '')),
  insert: (lines, at) => unsigned(lines.toSpliced(at + 1, 0, lines[(at + 50) % lines.length] ?? '')),
  cut: (lines, at) => unsigned(lines.slice(0, at)),
  rewrite: (lines, at) => rewritten(lines, at),
};

/** From an entry on, another history with right hashes, by the attacker's own key where the owner's can be left out. */
function rewritten(lines: readonly string[], from: number): SignedLedger {
  let prev = NO_PREV;
  let ownKey = false;
  const entries = entriesOf(text(lines)).map((entry, index): Entry => {
    const moved = { ...entry, prev, ...(index >= from && { time: `${entry.time.slice(0, 4)}-02-28T12:00:00.000Z` }) };
    if (index >= from && moved.kind === 'key') {
      ownKey = true;
      const place = { origin: `${moved.ledgerId}/prod`, seq: moved.seq, prev };
      Object.assign(moved, keyBody(place, attacker, undefined));
    }
    const one = sealed(moved);
    prev = one.hash;
    return one;
  });
  const [last] = entries.slice(-1);
  const mine = { origin: `${last?.ledgerId}/prod`, size: entries.length, head: prev };
  return {
    ledger: text(entries.map(canonicalEntry)),
    checkpoint: ownKey ? signCheckpoint(attacker, mine) : undefined,
  };
}

function unsigned(lines: readonly string[]): SignedLedger {
  return { ledger: text(lines), checkpoint: undefined };
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
