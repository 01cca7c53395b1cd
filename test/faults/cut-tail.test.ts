import { appendFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { engine } from '../cli/manifests.js';
import { closeWorlds, openWorld } from './world.js';

afterEach(closeWorlds);

test('an apply that changes nothing says all the same that a write of an earlier run was cut off', async () => {
  const world = await openWorld({ documents: [engine('A', { trafficSplit: 100 })] });
  expect((await world.apply()).code).toBe(0);
  await appendFile(world.file('.cxone-gitops/dev.jsonl'), '{"half an ent');
  expect((await world.cli(['audit', 'verify', 'dev'])).code).toBe(8);
  expect((await world.apply()).code).toBe(0);
  expect((await world.cli(['audit', 'verify', 'dev'])).code).toBe(0);
  expect((await world.ledger()).slice(-2)).toMatchObject([
    { kind: 'trust', accepted: 'first', droppedTail: { bytes: 13 } },
    { kind: 'run', status: 'no-changes' },
  ]);
  const entries = (await world.ledger()).length;
  expect((await world.apply()).code).toBe(0);
  expect((await world.ledger()).slice(entries)).toMatchObject([{ kind: 'run', status: 'no-changes' }]);
});
