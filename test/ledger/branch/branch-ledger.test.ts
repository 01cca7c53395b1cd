import { expect, test } from 'vitest';
import { deliveredChange } from '../sample.js';
import { BRANCH, branchOptions, branchWorld, filesOn, inBranch, verifyBranch } from './world.js';

test('a ledger on a branch is what the next run reads, from another clone', async () => {
  const world = branchWorld();
  const [one, two] = [world.clone(), world.clone()];
  await inBranch(branchOptions(one), (ledger) => deliveredChange(ledger));
  await inBranch(branchOptions(two), (ledger) => deliveredChange(ledger));
  expect(await verifyBranch(branchOptions(one))).toMatchObject({ clean: true, entries: 9, delivered: 2 });
  expect(filesOn(world.origin)).toEqual(['prod/000000000001.jsonl']);
  console.log(world.origin.git('log', '--format=%an %ae %s', BRANCH));
});
