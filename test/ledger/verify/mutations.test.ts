import { expect, test } from 'vitest';
import { parseCheckpoint } from '../../../src/ledger/checkpoint/checkpoint.js';
import { isNoteFault } from '../../../src/ledger/checkpoint/signed-note.js';
import { openFindings } from '../../../src/ledger/verify/findings.js';
import { type SignaturesOptions, signaturesCheck } from '../../../src/ledger/verify/signatures-check.js';
import { verifyLedger } from '../../../src/ledger/verify/verify.js';
import { linesOf } from '../lines.js';
import { type Mutation, mutationNames, mutationsOf, owner, type SignedLedger, signedHundred } from './mutations.js';

type Known = Pick<SignaturesOptions, 'kept' | 'pinned'>;

/** Whether anything is found, by who knows this much. */
async function isFound({ ledger, checkpoint }: SignedLedger, known: Known | undefined): Promise<boolean> {
  const check = signaturesCheck({
    environment: 'prod',
    own: checkpoint,
    kept: [],
    pinned: undefined,
    minSize: undefined,
    requireSigned: false,
    ...known,
  });
  const result = await verifyLedger(linesOf(Buffer.from(ledger)), {
    environment: 'prod',
    onEntry: (entry) => check.entry(entry),
  });
  const findings = openFindings();
  await check.end(result, findings);
  return !result.clean || findings.first.length > 0;
}

/** By mutation, at how many entries it is found. */
async function found(mutations: readonly Mutation[], known?: Known): Promise<Record<string, number>> {
  const counts = new Map<string, number>(mutationNames.map((name) => [name, 0]));
  for (const mutation of mutations) {
    if (await isFound(mutation, known)) counts.set(mutation.name, (counts.get(mutation.name) ?? 0) + 1);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { ...Object.fromEntries(counts), all };
}

function kept(text: string): Known['kept'] {
  const checkpoint = parseCheckpoint(text);
  if (isNoteFault(checkpoint)) throw new Error(checkpoint.fault);
  return [{ named: 'kept', checkpoint }];
}

test('the ledger that is mutated has nothing wrong with it', async () => {
  const { ledger, checkpoint } = await signedHundred();
  expect(ledger.trimEnd().split('\n')).toHaveLength(100);
  const known = { kept: kept(checkpoint), pinned: owner };
  expect(await isFound({ ledger, checkpoint }, known)).toBe(false);
  expect(await isFound({ ledger, checkpoint: undefined }, known)).toBe(false);
});

test('each of seven mutations at each of a hundred entries is found, given a checkpoint that was kept elsewhere', async () => {
  const { ledger, checkpoint } = await signedHundred();
  const mutations = mutationsOf(ledger);
  expect(mutations).toHaveLength(700);
  const each = { flip: 100, drop: 100, swap: 100, duplicate: 100, insert: 100, cut: 100, rewrite: 100, all: 700 };
  expect(await found(mutations, { kept: kept(checkpoint), pinned: owner })).toEqual(each);
  // Without a pinned key, too: those that the chain alone does not find.
  const hidden = mutations.filter(({ name }) => name === 'cut' || name === 'rewrite');
  const counts = await found(hidden, { kept: kept(checkpoint), pinned: undefined });
  expect(counts).toMatchObject({ cut: 100, rewrite: 100 });
});

test('of these the bare chain finds what docs/ledger.md says: no rewritten end, and no tail cut off between two changes', async () => {
  const { ledger } = await signedHundred();
  const counts = await found(mutationsOf(ledger));
  process.stdout.write(`the bare chain finds ${JSON.stringify(counts)}\n`);
  expect(counts).toEqual({
    flip: 100,
    // To drop the last one is to cut the tail.
    drop: 99,
    swap: 100,
    duplicate: 100,
    insert: 100,
    // Nothing is left of it, or of what was begun the end is missing.
    cut: 73,
    rewrite: 0,
    all: 572,
  });
});
